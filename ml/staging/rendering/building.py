"""A scene in the renderer's terms: sensor, proxies, lights and the furniture's meshes, merged by material."""

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ml.staging.furniture import Material, MaterialKind, Mesh
from ml.staging.rendering.scene import Floats, Panel, Scene, Surface, Upright
from ml.staging.rendering.surfaces import Plugin, bsdf_of, proxy_bsdf

_FLOOR_HALF_M = 15.0
_BLACK = Surface((0.0, 0.0, 0.0))
_MAX_DEPTH = 6
_GLASS_DEPTH = 10
"""Light that goes through a solid of glass meets four surfaces before it meets anything else."""


def sensor(scene: Scene, mi: Any, *, finer: int = 1) -> Plugin:
    """The camera and its film, which is the crop alone; `finer` times as many pixels along each side."""
    camera, crop = scene.camera, scene.crop
    _right, down, ahead = camera.rotation
    origin = camera.position_m
    film = {
        "type": "hdrfilm",
        "width": camera.width * finer,
        "height": camera.height * finer,
        "crop_offset_x": crop.left * finer,
        "crop_offset_y": crop.top * finer,
        "crop_width": crop.width * finer,
        "crop_height": crop.height * finer,
        "pixel_format": "rgb",
        "component_format": "float32",
        "rfilter": {"type": "box"},
    }
    return {
        "type": "perspective",
        "fov": math.degrees(2 * math.atan(camera.width / 2 / camera.focal_px)),
        "fov_axis": "x",
        "near_clip": 0.05,
        "far_clip": 100.0,
        # The sign is the opposite of what the name suggests.
        "principal_point_offset_x": 0.5 - camera.cx / camera.width,
        "principal_point_offset_y": 0.5 - camera.cy / camera.height,
        "to_world": mi.ScalarTransform4f().look_at(origin.tolist(), (origin + ahead).tolist(), (-down).tolist()),
        "film": film,
        "sampler": {"type": "independent", "sample_count": 1},
    }


def light_integrator(*, glass: bool) -> Plugin:
    """Path tracing."""
    return {"type": "path", "max_depth": _GLASS_DEPTH if glass else _MAX_DEPTH, "rr_depth": 4}


def surface_integrator() -> Plugin:
    """What the denoiser and the separation of layers need: seven channels of what each ray meets first.

    By itself: around a path tracer it would trace all paths a second time.
    """
    return {"type": "aov", "aovs": "albedo:albedo,normal:sh_normal,depth:depth"}


def loaded(plugin: Plugin, mi: Any) -> Any:
    """A plugin with all that is in it, made in its order: kernels are found again by the order of what they call."""
    return mi.load_dict(plugin, parallel=False)


def room(scene: Scene, mi: Any) -> Plugin:
    """Proxies and lights, without furniture."""
    built: Plugin = {"type": "scene", "environment": _environment(scene, mi)}
    built["floor"] = {
        "type": "rectangle",
        "to_world": mi.ScalarTransform4f().scale([_FLOOR_HALF_M, _FLOOR_HALF_M, 1]),
        "bsdf": proxy_bsdf(scene.floor),
    }
    for number, wall in enumerate(scene.walls):
        built[f"wall{number}"] = {
            "type": "rectangle",
            "to_world": _upright(wall.shape, mi),
            "bsdf": proxy_bsdf(wall.surface),
        }
    for number, panel in enumerate(scene.panels):
        built[f"panel{number}"] = _panel(f"panel{number}", panel, mi)
    return built


def furniture(scene: Scene, mi: Any, white: float) -> Plugin:
    """The furniture's shapes, one for each material; `white` is a white wall's radiance in the render's units."""
    groups: dict[int, tuple[Material, list[Mesh], list[Floats]]] = {}
    for standing in scene.standing:
        for part in standing.parts:
            entry = groups.setdefault(id(part.material), (part.material, [], []))
            entry[1].append(part.mesh)
            entry[2].append(standing.to_room)
    return {
        f"furniture{number}": _shape(f"furniture{number}", *group, mi=mi, white=white)
        for number, group in enumerate(groups.values())
    }


def has_glass(scene: Scene) -> bool:
    """Whether light has to pass through solids."""
    return any(part.material.kind is MaterialKind.GLASS for piece in scene.standing for part in piece.parts)


def _environment(scene: Scene, mi: Any) -> Plugin:
    # The room's azimuth runs from -180 degrees, the renderer's from 0; its y is up.
    turned = np.roll(scene.environment, scene.environment.shape[1] // 2, axis=1)
    picture = mi.Bitmap(np.ascontiguousarray(turned, np.float32))
    return {"type": "envmap", "bitmap": picture, "to_world": mi.ScalarTransform4f().rotate([1, 0, 0], 90)}


def _panel(name: str, panel: Panel, mi: Any) -> Any:
    """A mesh, and no rectangle: the renderer keeps meshes in their order, rectangles in that of their addresses.

    Which light a sample goes to depends on the order of lights, and so would the picture.
    """
    corners = np.array([[-1, -1, 0, 1], [1, -1, 0, 1], [1, 1, 0, 1], [-1, 1, 0, 1]], np.float64)
    properties = mi.Properties()
    properties["mesh_bsdf"] = mi.load_dict(proxy_bsdf(_BLACK))
    radiance = {"type": "rgb", "value": list(panel.radiance)}
    properties["mesh_emitter"] = mi.load_dict({"type": "area", "radiance": radiance})
    return _mesh(
        name,
        (corners @ _placed(panel.shape).T)[:, :3],
        np.tile(np.asarray(panel.shape.normal, np.float64), (4, 1)),
        np.array([[0, 0], [1, 0], [1, 1], [0, 1]], np.float64),
        np.array([[0, 1, 2], [0, 2, 3]]),
        properties,
        mi,
    )


def _upright(shape: Upright, mi: Any) -> Any:
    return mi.ScalarTransform4f(_placed(shape).tolist())


def _placed(shape: Upright) -> Floats:
    """4 x 4, from the square of side 2 in x and y that faces z."""
    level = abs(float(shape.normal[2])) > 0.5
    up = np.array([0.0, 1.0, 0.0] if level else [0.0, 0.0, 1.0])
    matrix = np.eye(4)
    matrix[:3, 0] = np.cross(up, shape.normal) * shape.width_m / 2
    matrix[:3, 1] = up * shape.height_m / 2
    matrix[:3, 2] = shape.normal
    matrix[:3, 3] = shape.middle_m
    return matrix


def _shape(name: str, material: Material, meshes: list[Mesh], matrices: list[Floats], *, mi: Any, white: float) -> Any:
    vertices = np.concatenate(
        [mesh.vertices @ m[:3, :3].T + m[:3, 3] for mesh, m in zip(meshes, matrices, strict=True)]
    )
    normals = np.concatenate([mesh.normals @ m[:3, :3].T for mesh, m in zip(meshes, matrices, strict=True)])
    uvs = np.concatenate([mesh.uvs for mesh in meshes])
    starts = np.cumsum([0] + [len(mesh.vertices) for mesh in meshes[:-1]])
    faces = np.concatenate([mesh.faces + start for mesh, start in zip(meshes, starts, strict=True)])
    properties = mi.Properties()
    properties["mesh_bsdf"] = mi.load_dict(bsdf_of(material, mi))
    if material.emission is not None:
        radiance = [value * white for value in material.emission]
        properties["mesh_emitter"] = mi.load_dict({"type": "area", "radiance": {"type": "rgb", "value": radiance}})
    return _mesh(name, vertices, normals, uvs, faces, properties, mi)


def _mesh(
    name: str,
    vertices: NDArray[Any],
    normals: NDArray[Any],
    uvs: NDArray[Any],
    faces: NDArray[Any],
    properties: Any,
    mi: Any,
) -> Any:
    shape = mi.Mesh(
        name, len(vertices), len(faces), has_vertex_normals=True, has_vertex_texcoords=True, props=properties
    )
    values = mi.traverse(shape)
    values["vertex_positions"] = np.ascontiguousarray(vertices, np.float32).ravel()
    values["vertex_normals"] = np.ascontiguousarray(normals, np.float32).ravel()
    values["vertex_texcoords"] = np.ascontiguousarray(uvs, np.float32).ravel()
    values["faces"] = np.ascontiguousarray(faces, np.uint32).ravel()
    values.update()
    return shape
