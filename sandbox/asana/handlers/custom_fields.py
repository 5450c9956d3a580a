"""Custom fields, their settings on projects, and their options."""

from sandbox.asana.calls import Answer, Call, Route
from sandbox.asana.errors import refuse
from sandbox.asana.records import CustomField, EnumOption, Project, Workspace


def _settings(call: Call) -> Answer:
    return call.page(call.site.find(Project, call.params["project"]).settings)


def _fields(call: Call) -> Answer:
    workspace = call.site.find(Workspace, call.params["workspace"])
    return call.page([field for field in call.site.all(CustomField) if field.workspace is workspace])


def _field(call: Call) -> Answer:
    return call.one(call.site.find(CustomField, call.params["field"]))


def _put_on_project(call: Call) -> Answer:
    project = call.site.find(Project, call.params["project"])
    field = call.site.find(CustomField, call.data.get("custom_field"), "custom_field")
    return call.one(call.site.put_field(project, field))


def _new_option(call: Call) -> Answer:
    field = call.site.find(CustomField, call.params["field"])
    if field.type not in {"enum", "multi_enum"}:
        refuse("custom_field: Only enum fields have options")
    name = call.data.get("name")
    if not isinstance(name, str) or not name.strip():
        refuse("name: Missing input")
    if any(option.name == name for option in field.options):
        refuse(f"name: The field has an option {name} already")
    option = call.site.keep(EnumOption(call.site.new_gid(), name, str(call.data.get("color") or "none")))
    field.options.append(option)
    return call.made(option)


ROUTES = (
    Route("GET", "/projects/{project}/custom_field_settings", "getCustomFieldSettingsForProject", _settings),
    Route("POST", "/projects/{project}/addCustomFieldSetting", "addCustomFieldSettingForProject", _put_on_project),
    Route("GET", "/workspaces/{workspace}/custom_fields", "getCustomFieldsForWorkspace", _fields),
    Route("GET", "/custom_fields/{field}", "getCustomField", _field),
    Route("POST", "/custom_fields/{field}/enum_options", "createEnumOptionForCustomField", _new_option),
)
