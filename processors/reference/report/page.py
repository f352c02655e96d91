"""The page: sections of a listing's report as HTML. Pure: the same facts give the same page."""

from collections.abc import Iterable
from html import escape
from urllib.parse import quote

from processors.reference.jobs import JobView
from processors.reference.listing import why_failed
from processors.reference.report.facts import ReportFacts
from processors.reference.report.quality import quality_of, quality_section
from processors.reference.report.staged import staging_section
from processors.reference.report.style import STYLE
from processors.reference.report.timeline import draw_timeline, worst_error_ms
from schemas.artifacts import ErrorInfo
from schemas.events import ListingSummarized, PhotoClassified

_GOOD_CONFIDENCE = 0.6
_GOOD_QUALITY = 60.0


def page(facts: ReportFacts) -> str:
    """The whole page, ready to be written to a file beside `video.mp4` and `clips/`."""
    name = escape(facts.run.listing_id)
    sections = (
        _head(facts),
        _timeline(facts),
        quality_section(quality_of(facts.run)),
        _summary(facts),
        _photos(facts),
        staging_section(facts),
        _clips(facts),
        _work(facts),
    )
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{name}: listing video</title><style>{STYLE}</style></head><body><main>"
        f"{''.join(sections)}{_footer(facts)}</main></body></html>\n"
    )


def _head(facts: ReportFacts) -> str:
    run = facts.run
    rendered = run.rendered
    if rendered is not None:
        poster = f' poster="{facts.poster}"' if facts.poster else ""
        player = f'<video controls playsinline preload="metadata" src="video.mp4"{poster}></video>'
    else:
        reason = (why_failed(run.video) if run.video is not None else None) or "no reason was given"
        player = f'<div class="novideo"><h3>There is no video</h3>{escape(reason)}</div>'
    return (
        f"<header><h1>{escape(run.listing_id)}</h1>"
        f'<p class="lead">{escape(_lead(facts))}</p></header>'
        f'<section class="stage"><div>{player}</div>{_headline_facts(facts)}</section>'
    )


def _lead(facts: ReportFacts) -> str:
    run = facts.run
    failed = run.photo_failures()
    words = [_count(len(run.folder.photos), "photo")]
    if failed:
        words.append(f"{len(failed)} of them could not be used")
    words.append(_count(len(facts.clips), "clip"))
    words.append(f"music: {run.music.name}" if run.music is not None else "no music")
    return " · ".join(words)


def _headline_facts(facts: ReportFacts) -> str:
    run, rendered, timeline = facts.run, facts.run.rendered, facts.timeline
    rows: list[tuple[str, str, str]] = []
    if rendered is not None:
        report = rendered.report
        fps = report.fps_numerator / max(1, report.fps_denominator)
        rows.append(("Length", f"{report.duration_s:.2f} s", f"{report.frames} frames, every one decodes"))
        if not report.decodes:
            rows[-1] = ("Length", f"{report.duration_s:.2f} s", f"does not decode: {report.fault}")
        rows.append(("Picture", f"{report.width} × {report.height}", f"{fps:g} frames a second, {report.codec}"))
        rows.append(("File", f"{report.bytes / 1e6:.1f} MB", _sound(report.loudness_lufs, report.true_peak_dbtp)))
        rows.append(("Shots", str(len(rendered.photo_ids)), f"{len(rendered.left_out)} photos left out"))
    if timeline is not None and run.audio is not None:
        worst = worst_error_ms(timeline.cuts)
        on = sum(cut.error_s is not None for cut in timeline.cuts)
        tempo = rendered.tempo_bpm if rendered is not None else None
        rows.append(("Tempo", f"{tempo:.1f} BPM" if tempo else "none", f"confidence {run.audio.tempo_confidence:.2f}"))
        off = "no cut lies on a beat" if worst is None else f"{on} of {len(timeline.cuts)} cuts on beats"
        rows.append(("Farthest cut from its beat", "–" if worst is None else f"{worst:.0f} ms", off))
    completions = [view.completion for view in run.views if view.completion is not None]
    tasks, hits = sum(c.tasks_total for c in completions), sum(c.cache_hits for c in completions)
    rows.append(("Tasks", str(tasks), f"{hits} answered from the cache"))
    rows.append(
        ("Time", f"{facts.seconds:.0f} s", f"{sum(c.cpu_seconds for c in completions):.0f} CPU seconds of work")
    )
    cells = (
        f"<div><dt>{escape(name)}</dt><dd>{escape(value)}<small>{escape(more)}</small></dd></div>"
        for name, value, more in rows
    )
    return f'<dl class="facts card">{"".join(cells)}</dl>'


def _sound(loudness: float | None, peak: float | None) -> str:
    if loudness is None:
        return "no sound measured"
    return f"{loudness:.1f} LUFS" + ("" if peak is None else f", peak {peak:.1f} dBTP")


def _timeline(facts: ReportFacts) -> str:
    if facts.timeline is None:
        return ""
    cuts = facts.timeline.cuts
    rows = "".join(
        f'<tr><td class="n">{index}</td><td class="n">{cut.frame}</td>'
        f'<td class="n">{cut.frame / facts.timeline.fps:.3f}</td>'
        f"<td>{escape(str(cut.transition))}{f', {cut.transition_frames} frames' if cut.transition_frames else ''}"
        f'</td><td>{escape(str(cut.beat))}</td><td class="n">{_number(cut.beat_s, ".3f")}</td>'
        f'<td class="n">{_number(cut.error_frames, "+.2f")}</td>'
        f'<td class="n">{_number(cut.error_s, "+.1f", 1000)}</td></tr>'
        for index, cut in enumerate(cuts, 1)
    )
    table = _table(
        ("#n", "frame#n", "second#n", "transition", "falls on", "beat at, s#n", "off by, frames#n", "off by, ms#n"),
        rows,
    )
    notes = _notes(facts.timeline.notes)
    missing = facts.timeline.left_out
    left_out = (
        f"<details><summary>{_count(len(missing), 'photo')} not in the video</summary>"
        f"{_notes(f'{left.photo_id}: {left.reason}' for left in missing)}</details>"
        if missing
        else ""
    )
    return (
        '<section><h2>Timeline</h2><div class="card scroll">'
        f"{draw_timeline(facts.timeline, facts.run.audio, facts.thumbnails)}</div>"
        '<p class="legend"><span><i class="on"></i>cut on its beat, off by so many milliseconds</span>'
        '<span><i class="off"></i>more than half a frame off</span><span><i class="bar"></i>downbeat</span>'
        f"<span><i></i>beat</span></p>{notes}{left_out}"
        f'<details><summary>All {len(cuts)} cuts</summary><div class="card scroll">{table}</div></details></section>'
    )


def _summary(facts: ReportFacts) -> str:
    summary = facts.run.summary
    if summary is None:
        return ""
    hero = summary.hero
    picture = facts.thumbnails.get(hero.photo_id) if hero is not None else None
    image = f'<img src="{picture}" alt="">' if picture else ""
    about = (
        f'<h3>Hero: <span class="name">{escape(hero.photo_id)}</span></h3><p class="soft">{escape(hero.reason)}</p>'
        if hero is not None
        else '<p class="soft">No photo to show first.</p>'
    )
    strip = "".join(
        f'<li title="{escape(photo_id)}">{_picture(facts, photo_id)}<b>{place}</b></li>'
        for place, photo_id in enumerate(summary.order, 1)
    )
    left_out = _notes(f"{left.photo_id}: {left.reason}" for left in summary.left_out)
    left_out = f"<h3>Left out</h3>{left_out}" if left_out else ""
    return (
        f'<section><h2>The listing</h2><div class="card summary"><div>{image}</div><div>{about}'
        f'<h3>Order</h3><ol class="strip">{strip}</ol><h3>Shown</h3><p>{_coverage(summary)}</p>{left_out}</div></div>'
        "</section>"
    )


def _coverage(summary: ListingSummarized) -> str:
    return "".join(
        f'<span class="chip {"good" if covered.photo_ids else "miss"}">'
        f"{'' if covered.photo_ids else 'no '}{escape(str(covered.item))}</span>"
        for covered in summary.coverage
    )


def _photos(facts: ReportFacts) -> str:
    run = facts.run
    failures = run.photo_failures()
    classified = run.classified
    rows = []
    for photo_id in run.folder.photos:
        photo, error = classified.get(photo_id), failures.get(photo_id)
        picture = f"<td>{_picture(facts, photo_id)}</td>"
        name = f'<span class="name">{escape(photo_id)}</span>'
        if photo is None:
            why = _reason(error) if error is not None else "It was not classified."
            rows.append(f'<tr class="failed">{picture}<td>{name}</td><td colspan="4" class="bad">{why}</td></tr>')
            continue
        rows.append(
            f'<tr{" class=failed" if error is not None else ""}>{picture}<td>{name}<br><span class="soft small">'
            f"{photo.width} × {photo.height} {escape(str(photo.format))}, {photo.bytes / 1e6:.1f} MB</span></td>"
            f"<td>{_scene(photo)}</td><td>{_confidence(photo)}</td>"
            f"<td>{_quality(photo)}</td><td>{_marks(facts, photo_id)}"
            f"{f'<p class=bad>{_reason(error)}</p>' if error is not None else ''}</td></tr>"
        )
    table = _table(("", "photo", "scene", "confidence", "quality", "in the listing"), "".join(rows))
    passed = _notes([f"Passed over: {', '.join(run.folder.passed_over)}"] if run.folder.passed_over else [])
    return f'<section><h2>Photos</h2><div class="card scroll">{table}</div>{passed}</section>'


def _confidence(photo: PhotoClassified) -> str:
    return _meter(photo.scene.confidence, 1.0, _GOOD_CONFIDENCE, ".2f") if photo.scene is not None else ""


def _scene(photo: PhotoClassified) -> str:
    if photo.scene is None:
        return '<span class="bad">not recognised</span>'
    others = ", ".join(f"{score.label} {score.confidence:.2f}" for score in photo.scene.top[1:])
    unsure = '<br><span class="chip warn">not sure</span>' if photo.scene.abstained else ""
    reso = f'<br><span class="soft small">RESO {escape(photo.reso_image_of)}</span>' if photo.reso_image_of else ""
    return (
        f"<b>{escape(photo.scene.label.replace('_', ' '))}</b> "
        f'<span class="soft">{escape(str(photo.space).replace("_", " "))}</span>{reso}{unsure}'
        f'<br><span class="soft small">{escape(others)}</span>'
    )


def _quality(photo: PhotoClassified) -> str:
    if photo.quality is None:
        return '<span class="bad">not measured</span>'
    reasons = "".join(
        f'<span class="chip" title="{escape(hint)}">{escape(str(reason).replace("_", " "))}</span>'
        for reason, hint in zip(photo.quality.reasons, photo.quality.hints, strict=False)
    )
    return f"{_meter(photo.quality.overall, 100.0, _GOOD_QUALITY, '.0f')}{reasons}"


def _marks(facts: ReportFacts, photo_id: str) -> str:
    summary = facts.run.summary
    if summary is None:
        return ""
    marks = []
    if summary.hero is not None and summary.hero.photo_id == photo_id:
        marks.append('<span class="chip good">hero</span>')
    if photo_id in summary.order:
        marks.append(f'<span class="chip">place {summary.order.index(photo_id) + 1}</span>')
    for group in summary.duplicates:
        if photo_id in group.drop:
            marks.append(f'<span class="chip warn">duplicate of {escape(group.keep)}</span>')
        elif photo_id == group.keep:
            marks.append(f'<span class="chip">best of {len(group.drop) + 1} alike</span>')
    reasons = [left.reason for left in summary.left_out if left.photo_id == photo_id]
    marks += [f'<br><span class="soft small">left out: {escape(reason)}</span>' for reason in reasons]
    return "".join(marks)


def _clips(facts: ReportFacts) -> str:
    run = facts.run
    if run.clips is None:
        return ""
    figures = []
    for photo_id in run.summary.order if run.summary is not None else facts.clips:
        name, event = facts.clips.get(photo_id), run.clip_events.get(photo_id)
        if name is None or event is None:
            continue
        report, picture = event.report, facts.thumbnails.get(photo_id)
        poster = f' poster="{picture}"' if picture else ""
        cached = '<span class="chip">from the cache</span>' if event.cached else ""
        figures.append(
            f'<figure class="card" style="--shape:{report.width}/{report.height}">'
            f'<video controls muted loop playsinline preload="none" src="clips/{escape(quote(name))}"{poster}></video>'
            f'<figcaption><span class="name">{escape(photo_id)}</span><br><span class="soft">'
            f"{escape(str(report.motion).replace('_', ' '))}, {report.frames / report.fps:.1f} s, "
            f"{report.bytes / 1e6:.1f} MB, {escape(str(report.framing))}</span> {cached}</figcaption></figure>"
        )
    failures = _notes(f"{item}: {error.code}: {error.message}" for item, error in run.failures(run.clips))
    return f'<section><h2>Clips</h2><div class="clips">{"".join(figures)}</div>{failures}</section>'


def _work(facts: ReportFacts) -> str:
    rows = "".join(_job_row(view) for view in facts.run.views)
    heads = (
        "job",
        "ended",
        "tasks#n",
        "failed#n",
        "cache hits#n",
        "CPU s#n",
        "seconds#n",
        "read, MB#n",
        "written, MB#n",
    )
    problems = [
        f"{view.job.stage}: {item}: {error.code}: {error.message}"
        for view in facts.run.views
        for item, error in facts.run.failures(view)
    ]
    problems += [
        f"{view.job.stage}: {letter.error.code}: {letter.error.message} (kept as dead letter {letter.event_id})"
        for view in facts.run.views
        for letter in view.dead_letters
    ]
    versions = "".join(
        f"<tr><td>{escape(k)}</td><td><code>{escape(v)}</code></td></tr>" for k, v in facts.versions.items()
    )
    return (
        f'<section><h2>Work</h2><div class="card scroll">{_table(heads, rows)}</div>{_notes(problems)}'
        f'<details><summary>Versions</summary><div class="card scroll">{_table(("what", "version"), versions)}</div>'
        "</details></section>"
    )


def _job_row(view: JobView) -> str:
    title = f"<b>{escape(str(view.job.stage))}</b><br><code class=soft>{escape(view.job.job_id)}</code>"
    done = view.completion
    if done is None:
        why = escape(why_failed(view) or "no end was seen")
        return f'<tr class="failed"><td>{title}</td><td colspan="8">{why}</td></tr>'
    reason = why_failed(view)
    ended = escape(str(done.status)) + (f'<br><span class="bad small">{escape(reason)}</span>' if reason else "")
    seconds = (done.ended_ms - done.started_ms) / 1000
    numbers = (
        str(done.tasks_total),
        str(done.tasks_failed),
        str(done.cache_hits),
        f"{done.cpu_seconds:.1f}",
        f"{seconds:.1f}",
        f"{done.bytes_read / 1e6:.1f}",
        f"{done.bytes_written / 1e6:.1f}",
    )
    return f"<tr><td>{title}</td><td>{ended}</td>{''.join(f'<td class=n>{number}</td>' for number in numbers)}</tr>"


def _footer(facts: ReportFacts) -> str:
    listed = "".join(f"<li><code>{name}</code></li>" for name in ("video.mp4", "timeline.json", "clips/", "results/"))
    return f"<footer>Beside this page:<ul>{listed}</ul>Took {facts.seconds:.1f} s, start included.</footer>"


def _picture(facts: ReportFacts, photo_id: str) -> str:
    picture = facts.thumbnails.get(photo_id)
    if picture is None:
        return '<span class="blank" aria-hidden="true">×</span>'
    return f'<img src="{picture}" alt="{escape(photo_id)}" loading="lazy">'


def _reason(error: ErrorInfo) -> str:
    return f"<code>{escape(error.code)}</code> {escape(error.message)}"


def _meter(value: float, full: float, good: float, form: str) -> str:
    share = min(1.0, max(0.0, value / full))
    low = " low" if value < good else ""
    return f'<div class="meter{low}"><span><i style="width:{share:.0%}"></i></span>{value:{form}}</div>'


def _table(heads: Iterable[str], rows: str) -> str:
    """A table; a head that ends in #n is of a column of numbers."""
    cells = "".join(
        f"<th{' class=n' if head.endswith('#n') else ''}>{escape(head.removesuffix('#n'))}</th>" for head in heads
    )
    return f"<table><thead><tr>{cells}</tr></thead><tbody>{rows}</tbody></table>"


def _notes(notes: Iterable[str]) -> str:
    items = "".join(f"<li>{escape(note)}</li>" for note in notes)
    return f'<ul class="notes soft">{items}</ul>' if items else ""


def _number(value: float | None, form: str, times: float = 1.0) -> str:
    return "–" if value is None else f"{value * times:{form}}"


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"
