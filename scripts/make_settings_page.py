"""Write docs/settings.md again from the settings themselves: `python scripts/make_settings_page.py`."""

from pathlib import Path

from sartor.config import SECTIONS, Settings, listing

PAGE = Path(__file__).parent.parent / "docs/settings.md"

HEAD = """# Settings

Settings live in `sartor.toml`. An environment variable wins over the file, a flag over both:

```bash
sartor init shop
cd shop
sartor --set search.k=5 config show --origin
SARTOR_SEARCH_K=3 sartor config show --origin
```

The name of the variable is `SARTOR_SECTION_KEY`. An unknown setting is an error that names the nearest one.
"""


def main() -> None:
    """Write one table for each section."""
    lines = [HEAD]
    for section in SECTIONS:
        about = type(getattr(Settings(), section)).__doc__
        lines += [
            f"## [{section}]",
            "",
            about,
            "",
            "| setting | default | meaning |",
            "|---|---|---|",
        ]
        lines += [
            f"| `{row.name}` | {f'`{row.default}`' if row.default != '' else '(empty)'} | {row.about} |"
            for row in listing(Settings())
            if row.name.startswith(f"{section}.")
        ]
        lines.append("")
    PAGE.write_text("\n".join(lines).rstrip() + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
