"""Pages opened in a browser of this machine: their pictures, and what fails in the page itself."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from toolkit.preview import chromium
from toolkit.preview.chromium import BrowserError
from toolkit.preview.run import PreviewPage, announced

BOTH_WIDTH = 2 * chromium.WIDTH  # of a picture of two revisions, so that each looks as alone


@dataclass(frozen=True, slots=True)
class SeenPages:
    """What a browser showed: the pictures that were asked for, and `panel: words` of failures."""

    pictures: tuple[Path, ...] = ()
    problems: tuple[str, ...] = ()


def see(
    pages: Mapping[Path, PreviewPage], say: Callable[[str], None], *, png: bool = False
) -> SeenPages:
    """Open pages in a browser: all for their pictures, else those whose panels transform data.

    Transformations run in the page, so that only a browser knows whether one fails. Where there is
    no browser, `say` hears what was not seen. Raises BrowserError where pictures were asked for
    and the browser takes none.
    """
    transforming = {path: page for path, page in pages.items() if page.current.transforming}
    opened = pages if png else transforming
    program = chromium.find() if opened else ""
    names = ", ".join(chromium.NAMES[:3])
    if png and not program:
        say(f"no picture: none of {names} is on PATH; the HTML shows the same in any browser.")
    if not program:
        _say_unseen(say, transforming.values(), f"none of {names} is on PATH.")
        return SeenPages()
    try:
        return _seen(program, opened, say, png=png)
    except BrowserError as error:
        if png:
            raise
        _say_unseen(say, transforming.values(), error.message)
        return SeenPages()


def _seen(
    program: str, pages: Mapping[Path, PreviewPage], say: Callable[[str], None], *, png: bool
) -> SeenPages:
    pictures, problems = [], []
    # One browser for all: starting it takes longer than a picture.
    with chromium.started(program) as running:
        for path in announced(tuple(pages), "taking picture" if png else "looking at page", say):
            width = chromium.WIDTH if len(pages[path].drawings) == 1 else BOTH_WIDTH
            if png:
                target = path.with_suffix(".png")
                target.write_bytes(running.screenshot(path, width=width))
                pictures.append(target)
            else:
                running.draw(path, width=width)
            problems += [f"{panel}: {words}" for panel, words in running.problems()]
    return SeenPages(tuple(pictures), tuple(problems))


def _say_unseen(say: Callable[[str], None], pages: Iterable[PreviewPage], why: str) -> None:
    panels = [title for page in pages for title in page.current.transforming]
    if panels:
        say(
            f"not seen: whether the transformations of {', '.join(panels)} fail. They run in the "
            f"page, and {why}"
        )
