"""Reference pages about security: the permissions by role, and the ASVS checklist with its tests."""

import csv
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
CHECKLIST = ROOT / "docs" / "reference" / "asvs.csv"
CHAPTERS = {
    "1": "Encoding and sanitization", "2": "Validation and business logic", "3": "Web frontend",
    "4": "API", "5": "Files", "6": "Authentication", "7": "Sessions", "8": "Authorization",
    "9": "Self-contained tokens", "10": "OAuth and OIDC", "11": "Cryptography",
    "12": "Secure communication", "13": "Configuration", "14": "Data protection",
    "15": "Coding and architecture", "16": "Logging and errors", "17": "WebRTC",
}  # fmt: skip
WORDS = {"met": "met", "partly": "**partly**", "outside": "outside"}
SCOPES = {
    "site": "at the site concerned",
    "system": "at all sites",
    "anywhere": "at any site",
}


def permissions_page() -> str:
    """Who may do what."""
    from hangtime.accounts.permissions import ROLES, permissions

    roles = [role.replace("_", " ") for role in ROLES]
    lines = [
        "# Permissions",
        "",
        "What is not granted here is refused.",
        "The last column says where the role has to be held.",
        "What is marked † opens for one visit of another site while the glass is broken.",
        "",
        _row(["Permission", "", *roles, "Held"]),
        _row(["---"] * (len(roles) + 3)),
    ]
    for each in permissions().values():
        held = ["✓" if role in each.roles else "" for role in ROLES]
        name = f"`{each.name}`" + (" †" if each.is_opened_by_glass else "")
        lines.append(_row([name, each.what, *held, SCOPES[each.scope]]))
    return "\n".join(lines) + "\n"


def asvs_page() -> str:
    """The checklist by chapter."""
    lines = [
        "# ASVS checklist",
        "",
        "OWASP Application Security Verification Standard 5.0.0, levels 1 and 2.",
        "Ids are the standard's; what they ask is told in words of this project and does not replace it.",
        "A section that does not concern the product has one row.",
        "*Outside* is what the product has not got, or what its operator does.",
        "Each named test runs with every build, and a test makes sure that it is there.",
        "",
    ]
    return "\n".join([*lines, *_chapters()]) + "\n"


def _chapters() -> Iterator[str]:
    text = CHECKLIST.read_text("utf-8").splitlines()
    rows = list(csv.DictReader(line for line in text if not line.startswith("#")))
    for number, title in CHAPTERS.items():
        yield from (f"## V{number} {title}", "")
        yield _row(["Id", "Level", "Asks", "", "How", "Shown by"])
        yield _row(["---"] * 6)
        for row in rows:
            if row["id"].split(".")[0] == f"V{number}":
                standing = WORDS[row["standing"]]
                shown = f"`{row['shown_by']}`" if row["shown_by"] else ""
                yield _row([row["id"], row["level"], row["asks"], standing, row["how"], shown])
        yield ""


def _row(cells: list[str]) -> str:
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"
