"""Quick look-ups by the beginning of a word."""

from sandbox.asana.calls import Answer, Call, Route
from sandbox.asana.errors import refuse
from sandbox.asana.records import CustomField, Project, Record, Tag, Task, Team, User, Workspace

KINDS: dict[str, type[Record]] = {
    "custom_field": CustomField,
    "project": Project,
    "tag": Tag,
    "task": Task,
    "team": Team,
    "user": User,
}
EMPTY_KINDS = frozenset({"goal", "portfolio", "project_template"})
MOST = 100


def _typeahead(call: Call) -> Answer:
    call.site.find(Workspace, call.params["workspace"])
    wanted = call.query.get("resource_type") or call.query.get("type")
    if wanted not in KINDS and wanted not in EMPTY_KINDS:
        refuse(f"resource_type: Not a recognized value: {wanted}")
    if wanted in EMPTY_KINDS:
        return call.list([])
    count = call.query.get("count", "20")
    if not count.isdigit() or not 1 <= int(count) <= MOST:
        refuse(f"count: Must be a number between 1 and {MOST}")
    query = call.query.get("query", "").casefold().strip()
    records = call.site.all(KINDS[str(wanted)])
    found = [r for r in records if call.site.is_visible(r) and _fits(r, query)]
    return call.list(found[: int(count)])


def _fits(record: Record, query: str) -> bool:
    """Whether the query begins a word of the name, or a person's e-mail address."""
    name = str(getattr(record, "name", "")).casefold()
    if isinstance(record, User) and record.email.casefold().startswith(query):
        return True
    return name.startswith(query) or f" {query}" in name


ROUTES = (Route("GET", "/workspaces/{workspace}/typeahead", "typeaheadForWorkspace", _typeahead),)
