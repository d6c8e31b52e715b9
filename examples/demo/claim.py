"""A buyer at the portal: opens the link of the mail, fills the forms in that the pages hold, downloads the invoice."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin

import httpx

PATIENCE_S = 60


@dataclass(slots=True)
class Form:
    """A form as a browser knows it: where it goes, and what is in its fields."""

    action: str
    method: str
    fields: dict[str, str] = field(default_factory=dict)


class _Page(HTMLParser):
    """The forms and the links of a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.links: list[str] = []
        self._select = ""
        self._in_template = False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "template":
            self._in_template = True
        elif self._in_template:
            return
        elif tag == "a":
            self.links.append(given.get("href", ""))
        elif tag == "form":
            self.forms.append(Form(given.get("action", ""), given.get("method", "get")))
        elif self.forms:
            self._field(tag, given)

    def handle_endtag(self, tag: str) -> None:
        if tag == "template":
            self._in_template = False

    def _field(self, tag: str, given: Mapping[str, str]) -> None:
        fields = self.forms[-1].fields
        if tag == "input" and "name" in given:
            fields[given["name"]] = given.get("value", "")
        elif tag == "select":
            self._select = given["name"]
        elif tag == "option" and ("selected" in given or self._select not in fields):
            fields[self._select] = given.get("value", "")


def claim(link: str, data: Mapping[str, str]) -> dict[str, bytes]:
    """Ask for the invoice of a purchase and take both files; by their ending, `pdf` and `xml`.

    Raises:
        RuntimeError: a page does not offer what the buyer looks for, such as when the data are refused.
    """
    with httpx.Client(follow_redirects=True, timeout=30) as browser:
        review = _send(browser, browser.get(link), "/revisar", data)
        answer = _send(browser, review, "/facturar", {})
        return files_of(browser, answer)


def files_of(browser: httpx.Client, page: httpx.Response) -> dict[str, bytes]:
    """Wait until the page of a purchase offers its files, and take them."""
    give_up = time.monotonic() + PATIENCE_S
    while not (links := _downloads(page)):
        if time.monotonic() > give_up:
            raise RuntimeError(f"{page.url} offers no files")
        time.sleep(0.5)
        page = browser.get(page.url)
    return {ending: browser.get(url).raise_for_status().content for ending, url in links.items()}


def _send(browser: httpx.Client, page: httpx.Response, action: str, data: Mapping[str, str]) -> httpx.Response:
    page.raise_for_status()
    form = next((form for form in _Page(page.text).forms if form.action.endswith(action)), None)
    if form is None:
        raise RuntimeError(f"{page.url} has no form {action}")
    address = urljoin(str(page.url), form.action)
    return browser.request(form.method, address, data=form.fields | dict(data)).raise_for_status()


def _downloads(page: httpx.Response) -> dict[str, str]:
    links = [urljoin(str(page.url), link) for link in _Page(page.text).links]
    return {ending: link for link in links for ending in ("pdf", "xml") if link.endswith(f"/{ending}")}
