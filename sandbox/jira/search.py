"""JQL on the site: fields and values by name, and the issues that a query finds."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from sandbox.jira import wiki
from sandbox.jira.jql import Clause, Query, Term, Value, parse
from sandbox.jira.jql_tokens import JqlError
from sandbox.jira.jql_values import entry_named, issue_named, lower, moments, number, option_named, unknown, user_named
from sandbox.jira.model import Field, Issue, RichText
from sandbox.jira.subjects import Comparable, Criterion, Dates, Subject
from sandbox.jira.view import View
from sandbox.jira.workflow import CATEGORIES

UNBOUNDED = "Unbounded JQL queries are not allowed here. Please add a search restriction to your query."


def search(view: View, text: str, reconcile: Iterable[str] = ()) -> list[Issue]:
    """The issues that a query finds, in its order, as the search index knows them.

    Args:
        view: who asks.
        text: the JQL.
        reconcile: ids of issues to take from the database instead of the index.

    Raises:
        JqlError: a query that Jira refuses.
    """
    query = parse(text)
    if query.where is None:
        raise JqlError(UNBOUNDED)
    matches = _criterion(view, query.where)
    fresh = set(reconcile)
    found = []
    for issue in view.site.issues.values():
        version = issue if not issue.indexed or issue.id in fresh else view.site.indexed(issue)
        if version is not None and matches(version) and view.site.can_see(view.user, version):
            found.append(version)
    return _sorted(view, query, found)


def _criterion(view: View, term: Term) -> Criterion:
    if isinstance(term, Clause):
        if term.field.lower() == "resolution":
            term = _with_unresolved(term)
        tests = [subject.criterion(term) for subject in subjects(view, term.field)]
        if len(tests) == 1:
            return tests[0]
        return lambda issue: any(test(issue) for test in tests)
    parts = [_criterion(view, part) for part in term.terms]
    if term.word == "and":
        return lambda issue: all(part(issue) for part in parts)
    return lambda issue: any(part(issue) for part in parts)


def _with_unresolved(clause: Clause) -> Clause:
    """`resolution = Unresolved` means that there is none."""
    values = (Value("EMPTY", "empty") if value.text.lower() == "unresolved" else value for value in clause.values)
    return Clause(clause.field, clause.operator, tuple(values))


def _sorted(view: View, query: Query, found: list[Issue]) -> list[Issue]:
    found.sort(key=lambda issue: int(issue.id), reverse=True)
    for name, direction in reversed(query.order):
        subject = subjects(view, name)[0]
        newest_first = name.lower() in ("created", "updated", "createddate", "updateddate", "resolved", "priority")
        backwards = (direction or ("desc" if newest_first else "asc")) == "desc"
        filled = [issue for issue in found if subject.get(issue)]
        filled.sort(key=_sort_key(subject), reverse=backwards)
        empty = [issue for issue in found if not subject.get(issue)]
        found = [*empty, *filled] if backwards else [*filled, *empty]
    return found


def _sort_key(subject: Subject) -> Callable[[Issue], tuple[float, str, int]]:
    def key(issue: Issue) -> tuple[float, str, int]:
        first = subject.get(issue)[0]
        if isinstance(first, tuple):
            return (0.0, *first)
        return (float(first), "", 0) if isinstance(first, int | float) else (0.0, first.lower(), 0)

    return key


def subjects(view: View, name: str) -> list[Subject]:
    """What a field name in a query stands for; several custom fields may share a name.

    Raises:
        JqlError: no such field.
    """
    wanted = name.lower()
    if wanted in _SPECIAL:
        return [_SPECIAL[wanted](view, name)]
    fields = [f for f in view.site.fields.values() if wanted in map(str.lower, (f.id, *f.clause_names))]
    if not fields:
        raise JqlError(f"Field '{name}' does not exist or you do not have permission to view it.")
    return [_by_kind(view, field, name) for field in fields]


def _values_of(issue: Issue, field_id: str) -> Sequence[object]:
    stored = issue.values.get(field_id)
    if stored is None:
        return []
    return stored if isinstance(stored, list | tuple) else [stored]


def _by_kind(view: View, field: Field, name: str) -> Subject:
    def ids(issue: Issue) -> list[Comparable]:
        return [str(value) for value in _values_of(issue, field.id) if value is not None]

    def numbers(issue: Issue) -> list[Comparable]:
        return [float(str(value)) for value in _values_of(issue, field.id)]

    def texts(issue: Issue) -> list[Comparable]:
        values = _values_of(issue, field.id)
        return [wiki.plain(value) if isinstance(value, RichText) else str(value) for value in values]

    if field.kind in ("summary", "textarea", "text"):
        return Subject(name, "words", texts, lambda value: [value.text])
    if field.kind == "number":
        return Subject(name, "scale", numbers, lambda value: [number(value, name)])
    if field.kind == "date":
        return Subject(name, "scale", ids, Dates(view, name).day)
    if field.kind == "datetime":
        return Subject(name, "scale", lambda issue: moments(ids(issue)), Dates(view, name).moment)
    if field.kind == "labels":
        return Subject(name, "set", lambda issue: [str(label).lower() for label in ids(issue)], lower)
    if field.kind in ("user", "multi-user"):
        return Subject(name, "set", ids, lambda value: user_named(view, value, name))
    if field.kind == "parent":
        return Subject(name, "set", ids, lambda value: [issue_named(view, value, name).id])
    if field.options:
        return Subject(name, "set", ids, lambda value: option_named(field, value, name))
    if field.kind in ("priority", "resolution", "components", "versions", "security"):
        return Subject(name, "set", ids, lambda value: entry_named(view, field, value, name))
    if field.kind == "url":
        return Subject(name, "set", ids, lambda value: [value.text])
    raise JqlError(f"The field '{name}' is not supported in JQL by this stand-in for Jira.")


def _project(view: View, name: str) -> Subject:
    def resolve(value: Value) -> list[Comparable]:
        for project in view.site.projects.values():
            names = (project.key.lower(), project.name.lower(), project.id)
            if value.kind == "text" and value.text.lower() in names and view.site.can_browse(view.user, project):
                return [project.id]
        raise unknown(value, name)

    return Subject(name, "set", lambda issue: [issue.project], resolve)


def _issue_type(view: View, name: str) -> Subject:
    def resolve(value: Value) -> list[Comparable]:
        entries = view.site.issue_types.values()
        found: list[Comparable] = [e.id for e in entries if value.text.lower() in (e.name.lower(), e.id)]
        if not found or value.kind == "function":
            raise unknown(value, name)
        return found

    return Subject(name, "set", lambda issue: [issue.issue_type], resolve)


def _status(view: View, name: str) -> Subject:
    def resolve(value: Value) -> list[Comparable]:
        entries = view.site.statuses.values()
        found: list[Comparable] = [e.id for e in entries if value.text.lower() in (e.name.lower(), e.id)]
        if not found:
            raise unknown(value, name)
        return found

    return Subject(name, "set", lambda issue: [issue.status], resolve)


def _category(view: View, name: str) -> Subject:
    def resolve(value: Value) -> list[Comparable]:
        for key, (identifier, label, _) in CATEGORIES.items():
            if value.text.lower() in (key, label.lower(), str(identifier)):
                return [key]
        raise unknown(value, name)

    return Subject(name, "set", lambda issue: [view.site.statuses[issue.status].category], resolve)


def _key(view: View, name: str) -> Subject:
    def order(issue: Issue) -> tuple[str, int]:
        return view.site.project_of(issue).key, int(issue.key.rpartition("-")[2])

    return Subject(name, "scale", lambda issue: [order(issue)], lambda value: [order(issue_named(view, value, name))])


def _moment(get: Callable[[Issue], datetime | None]) -> Callable[[View, str], Subject]:
    def subject(view: View, name: str) -> Subject:
        def seconds(issue: Issue) -> list[Comparable]:
            moment = get(issue)
            return [] if moment is None else [moment.timestamp()]

        return Subject(name, "scale", seconds, Dates(view, name).moment)

    return subject


def _creator(view: View, name: str) -> Subject:
    return Subject(name, "set", lambda issue: [issue.creator], lambda value: user_named(view, value, name))


def _comments(view: View, issue: Issue) -> list[Comparable]:
    return [wiki.plain(comment.body) for comment in view.visible_comments(issue)]


def _comment(view: View, name: str) -> Subject:
    return Subject(name, "words", lambda issue: _comments(view, issue), lambda value: [value.text])


def _text(view: View, name: str) -> Subject:
    long = [field for field in view.site.fields.values() if field.kind in ("summary", "textarea", "text")]

    def words(issue: Issue) -> list[Comparable]:
        found: list[Comparable] = []
        for field in long:
            found += _by_kind(view, field, name).get(issue)
        return found + _comments(view, issue)

    return Subject(name, "words", words, lambda value: [value.text])


def _votes(_: View, name: str) -> Subject:
    return Subject(name, "scale", lambda issue: [float(len(issue.voters))], lambda value: [number(value, name)])


def _link_type(view: View, name: str) -> Subject:
    """The kinds of an issue's links, by the name of the type and by what this end of it is called."""
    kinds = {kind.id: kind for kind in view.site.link_types}

    def ends(issue: Issue) -> list[Comparable]:
        found: list[Comparable] = []
        for link in view.site.links_of(issue):
            kind = kinds[link.type]
            found += [kind.name.lower(), (kind.outward if link.source == issue.id else kind.inward).lower()]
        return found

    def resolve(value: Value) -> list[Comparable]:
        known = {word.lower() for kind in kinds.values() for word in (kind.name, kind.inward, kind.outward)}
        if value.kind == "function" or value.text.lower() not in known:
            raise unknown(value, name)
        return lower(value)

    return Subject(name, "set", ends, resolve)


_SPECIAL: dict[str, Callable[[View, str], Subject]] = {
    "project": _project,
    "issuetype": _issue_type,
    "type": _issue_type,
    "status": _status,
    "statuscategory": _category,
    "key": _key,
    "id": _key,
    "issue": _key,
    "issuekey": _key,
    "created": _moment(lambda issue: issue.created),
    "createddate": _moment(lambda issue: issue.created),
    "updated": _moment(lambda issue: issue.updated),
    "updateddate": _moment(lambda issue: issue.updated),
    "resolved": _moment(lambda issue: issue.resolved),
    "resolutiondate": _moment(lambda issue: issue.resolved),
    "statuscategorychangeddate": _moment(lambda issue: issue.status_since or issue.created),
    "creator": _creator,
    "issuelinktype": _link_type,
    "comment": _comment,
    "text": _text,
    "votes": _votes,
}
