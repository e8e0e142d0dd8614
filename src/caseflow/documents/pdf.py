"""HTML to PDF with WeasyPrint, which sees the files of the bundle and nothing else."""

from __future__ import annotations

from collections.abc import Mapping

from caseflow.errors import DocumentRefused

BUNDLE = "bundle:///"
"""Where the files of a bundle are, for the documents made of them."""


def pdf_of(html: str, files: Mapping[str, bytes]) -> bytes:
    """Return the PDF of an HTML document.

    Equal documents give equal bytes on one machine: there is no date and no random id inside.

    Raises:
        DocumentRefused: WeasyPrint's own libraries are missing, or the page asks for a file
            that is not in the bundle.
        ModuleNotFoundError: WeasyPrint is not installed.
    """
    try:
        import weasyprint  # noqa: PLC0415 - an extra, and slow to load
        from weasyprint.urls import (  # noqa: PLC0415
            FatalURLFetchingError,
            URLFetcher,
            URLFetcherResponse,
        )
    except OSError as failure:
        raise DocumentRefused(
            f"PDF needs the system libraries of WeasyPrint (pango): {failure}"
        ) from failure

    class Refused(FatalURLFetchingError):  # type: ignore[misc]  # WeasyPrint has no types
        """A page asked for something outside its bundle."""

    class Files(URLFetcher):  # type: ignore[misc]  # WeasyPrint has no types
        """Finds the files of the bundle; it opens no file and no connection."""

        def fetch(self, url: str, headers: object = None) -> URLFetcherResponse:  # noqa: ARG002
            """Return a file of the bundle."""
            name = url.removeprefix(BUNDLE)
            if not url.startswith(BUNDLE) or name not in files:
                raise Refused(f"{url[:200]} is no file of the bundle")
            return URLFetcherResponse(url, body=files[name])

    try:
        page = weasyprint.HTML(string=html, base_url=BUNDLE, url_fetcher=Files())
        made = page.write_pdf()
    except Refused as failure:
        raise DocumentRefused(str(failure)) from failure
    return bytes(made or b"")
