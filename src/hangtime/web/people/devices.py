"""A browser and its device in words, for people who look through their own sessions.

A browser names itself in a way that no nurse reads ("Mozilla/5.0 (iPad; …"), and names others along
with itself; so the order of these tables counts, and what they do not know is said as it is.
"""

from __future__ import annotations

# What is in the text, and what it is called; the first that fits.
_BROWSERS = (
    ("Edg", "Edge"),
    ("SamsungBrowser", "Samsung Internet"),
    ("OPR/", "Opera"),
    ("FxiOS", "Firefox"),
    ("Firefox/", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
_DEVICES = (
    ("iPad", "iPad"),
    ("iPhone", "iPhone"),
    ("Android", "Android"),
    ("CrOS", "Chromebook"),
    ("Windows", "Windows"),
    ("Macintosh", "Mac"),
    ("Linux", "Linux"),
)
_LONGEST = 60
UNKNOWN = "A browser that does not say which"


def device(label: str) -> str:
    """The browser and what it runs on.

    >>> device("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0")
    'Firefox on Linux'
    >>> device("curl/8.1")
    'curl/8.1'
    """
    browser = next((name for part, name in _BROWSERS if part in label), "")
    runs_on = next((name for part, name in _DEVICES if part in label), "")
    if browser and runs_on:
        return f"{browser} on {runs_on}"
    return browser or runs_on or label.strip()[:_LONGEST] or UNKNOWN
