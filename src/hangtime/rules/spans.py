"""Spans: the time in which something was being delivered, in order and without overlaps."""


def add_span(spans, tally, at, begin, end):
    """Insert a span before position `at`, or count an overflow."""
    if tally.spans >= len(spans):
        tally.overflow = 1
        return
    k = tally.spans
    tally.spans += 1
    while k > at:
        spans[k].begin = spans[k - 1].begin
        spans[k].end = spans[k - 1].end
        k -= 1
    spans[at].begin = begin
    spans[at].end = end


def cut_pause(spans, tally, first, begin, end):
    """Take the time from begin to end out of the spans from `first` on."""
    k = first
    while k < tally.spans:
        span = spans[k]
        if begin < span.end and end > span.begin:
            if begin > span.begin and end < span.end:
                add_span(spans, tally, k, span.begin, begin)
                if tally.overflow:
                    return
                spans[k + 1].begin = end
                return
            if begin > span.begin:
                span.end = begin
            elif end < span.end:
                span.begin = end
            else:
                span.end = span.begin
        k += 1


def unite_spans(spans, tally, first, begin, end):
    """Add the time from begin to end to the sorted spans from `first` on, counting none twice."""
    k = first
    while k < tally.spans and spans[k].end < begin:
        k += 1
    if k == tally.spans or spans[k].begin > end:
        add_span(spans, tally, k, begin, end)
        return
    spans[k].begin = min(spans[k].begin, begin)
    spans[k].end = max(spans[k].end, end)
    while k + 1 < tally.spans and spans[k + 1].begin <= spans[k].end:
        spans[k].end = max(spans[k].end, spans[k + 1].end)
        for m in range(k + 1, tally.spans - 1):
            spans[m].begin = spans[m + 1].begin
            spans[m].end = spans[m + 1].end
        tally.spans -= 1
