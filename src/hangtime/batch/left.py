"""Why an encounter is left to the interpreted engine, by number and in words."""

UNSEEN, CODED, DOUBT, WIDE, CLOCK, CROSSWALK, ACCESS, EDITION, FULL, ASIDE = range(10)

ACROSS = "rows in files of different forms"

REASONS = {
    UNSEEN: "more results than the tables hold",
    DOUBT: "values or rows that the strict reader has to judge",
    WIDE: "more rows or pauses than the tables hold",
    CLOCK: "a time near a change of clocks, or of two kinds of clock",
    CROSSWALK: "an NDC that an imported crosswalk lists",
    ACCESS: "an access that is not in the encounter's list",
    EDITION: "no edition for the date of service",
    FULL: "more charges or notes than the tables hold",
    ASIDE: "a row that is set aside",
}
