"""The page's section on rooms that were furnished: before and after, kit, pieces, and what the gate measured."""

from html import escape
from urllib.parse import quote

from processors.reference.listing import why_failed
from processors.reference.report.facts import ReportFacts
from processors.reference.staging import titles
from schemas.events import PhotoStaged
from schemas.staging import GateCheck, StagingStatus


def staging_section(facts: ReportFacts) -> str:
    """Empty where no room was to be furnished and nothing is to be said about it."""
    run = facts.run
    if run.staging is None and not run.not_staged:
        return ""
    if run.staging is None:
        return f'<section><h2>Staged</h2><p class="soft">No room was furnished: {escape(run.not_staged)}.</p></section>'
    parts = [_staged(event, *facts.staged[event.photo_id]) for event in run.staged if event.photo_id in facts.staged]
    parts += [_unstaged(event) for event in run.staged if event.status is StagingStatus.UNSTAGED]
    failed = why_failed(run.staging)
    if failed is not None and not parts:
        parts.append(f'<p class="bad">{escape(failed)}</p>')
    failures = "".join(
        f'<p class="bad">{escape(item)}: {escape(error.code)}: {escape(error.message)}</p>'
        for item, error in run.failures(run.staging)
    )
    return f"<section><h2>Staged</h2>{''.join(parts)}{failures}</section>"


def _staged(event: PhotoStaged, before: str, after: str) -> str:
    photo, label = escape(event.photo_id), escape(event.disclosure.label)
    width, height = event.staged.width or 3, event.staged.height or 2
    anchor = next((item.kind for item in event.items if item.anchor), "")
    rows = [
        ("Kit", event.lineage.kit),
        ("Furnished as", str(event.furnished_as).replace("_", " ")),
        ("Pieces", titles([item.kind for item in event.items])),
        ("Around", anchor.replace("_", " ")),
        ("Disclosed by", event.disclosed_by.policy if event.disclosed_by is not None else ""),
        ("Label", event.disclosure.label or "beside the picture"),
        ("Seed, variation", f"{event.lineage.seed}, {event.variation}"),
        ("Made by", event.engine),
    ]
    told = "".join(f"<div><dt>{escape(name)}</dt><dd>{escape(value)}</dd></div>" for name, value in rows if value)
    left_out = "".join(f"<li>{escape(note)}</li>" for note in event.left_out)
    notes = f'<h3>Left out</h3><ul class="notes soft">{left_out}</ul>' if left_out else ""
    return (
        f'<div class="staged card"><div><div class="slider" style="--shape:{width}/{height}">'
        f'<img src="staged/{escape(quote(before))}" alt="{photo} before">'
        f'<img class="after" src="staged/{escape(quote(after))}" alt="{photo} furnished. {label}">'
        '<i></i><span class="side left">before</span><span class="side right">staged</span>'
        '<input type="range" min="0" max="100" value="25" step="0.1" aria-label="before and after" '
        "oninput=\"this.parentNode.style.setProperty('--at',this.value+'%')\"></div>"
        f'<p class="legend"><span class="name">{photo}</span><span>drag to compare; the label is part of the '
        f"picture that may be published</span></p></div><div><dl>{told}</dl>{notes}"
        f"<details><summary>{_passed(event.gate)}</summary>{_gate(event.gate)}</details></div></div>"
    )


def _unstaged(event: PhotoStaged) -> str:
    reasons = "".join(f"<li><b>{escape(reason.code)}</b>: {escape(reason.detail)}</li>" for reason in event.reasons)
    gate = f"<details><summary>{_passed(event.gate)}</summary>{_gate(event.gate)}</details>" if event.gate else ""
    return (
        f'<div class="card unstaged"><p><span class="name">{escape(event.photo_id)}</span> stays as it is</p>'
        f'<ul class="notes soft">{reasons}</ul>{gate}</div>'
    )


def _passed(gate: list[GateCheck]) -> str:
    return f"Gate: {sum(check.passed for check in gate)} of {len(gate)} checks passed"


def _gate(gate: list[GateCheck]) -> str:
    rows = "".join(
        f"<tr{'' if check.passed else ' class=failed'}><td>{escape(check.check.replace('_', ' '))}</td>"
        f'<td class="n">{"beyond all measure" if check.found is None else f"{check.found:.3g}"}</td>'
        f'<td class="n">{"≤" if check.side == "at_most" else "≥"} {check.limit:g}</td></tr>'
        for check in gate
    )
    heads = '<th>check</th><th class="n">found</th><th class="n">limit</th>'
    return f'<div class="scroll"><table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table></div>'
