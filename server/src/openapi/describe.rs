//! From the table of routes to OpenAPI 3.1.

use crate::routes::{Access, Face, Operation, Place, Route, table};
use chorale_model::{FaultKind, FieldFault};
use utoipa::openapi::path::{HttpMethod, OperationBuilder, ParameterBuilder, ParameterIn};
use utoipa::openapi::request_body::RequestBodyBuilder;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme};
use utoipa::openapi::{
    ComponentsBuilder, Content, InfoBuilder, OpenApi, OpenApiBuilder, PathsBuilder, Ref, RefOr, Required,
    ResponseBuilder, schema,
};
use utoipa::{PartialSchema, ToSchema};

/// How a refusal looks (RFC 9457).
#[derive(ToSchema)]
#[allow(dead_code)]
struct Problem {
    r#type: String,
    title: String,
    status: u16,
    detail: String,
    kind: FaultKind,
    request_id: String,
    fields: Option<Vec<FieldFault>>,
    /// Seconds to wait, where waiting helps.
    retry_after: Option<u64>,
}

/// OpenAPI knows programs' routes alone.
pub fn is_described(route: &Route) -> bool {
    route.face == Face::Rest
}

/// The description of every REST route.
pub fn describe() -> OpenApi {
    let mut paths = PathsBuilder::new();
    let mut components = ComponentsBuilder::new().security_scheme(
        "token",
        SecurityScheme::Http(
            HttpBuilder::new()
                .scheme(HttpAuthScheme::Bearer)
                .description(Some("An API token; it names its organization. Pages use the session's cookie instead."))
                .build(),
        ),
    );
    let mut named = vec![("Problem".to_owned(), Problem::schema())];
    Problem::schemas(&mut named);
    for route in table::all().iter().filter(|route| is_described(route)) {
        let contents = route.operation.body.iter().chain(&route.operation.answer);
        named.extend(contents.flat_map(|content| content.schema.named.clone()));
        paths = paths.path(route.path, utoipa::openapi::PathItem::new(method(route), operation(route)));
    }
    for (name, shape) in named {
        components = components.schema(name, shape);
    }
    OpenApiBuilder::new()
        .info(
            InfoBuilder::new()
                .title("Chorale")
                .version(env!("CARGO_PKG_VERSION"))
                .description(Some("Everything that a page can do. Times are RFC 3339 in UTC, ids UUIDs, lists pages.")),
        )
        .paths(paths)
        .components(Some(components.build()))
        .build()
}

fn method(route: &Route) -> HttpMethod {
    match route.method.as_str() {
        "POST" => HttpMethod::Post,
        "PUT" => HttpMethod::Put,
        "PATCH" => HttpMethod::Patch,
        "DELETE" => HttpMethod::Delete,
        _ => HttpMethod::Get,
    }
}

fn operation(route: &Route) -> OperationBuilder {
    let said = &route.operation;
    let mut operation = OperationBuilder::new()
        .operation_id(Some(operation_id(route)))
        .tag(said.group)
        .summary(Some(said.summary))
        .description(Some(format!("Needs: {}.", route.access.name())));
    for parameter in &said.parameters {
        let place = match parameter.place {
            Place::Path => ParameterIn::Path,
            Place::Query => ParameterIn::Query,
            Place::Header => ParameterIn::Header,
        };
        let text = schema::ObjectBuilder::new().schema_type(schema::Type::String);
        let shape: RefOr<schema::Schema> =
            if parameter.repeats { schema::ArrayBuilder::new().items(text).into() } else { text.into() };
        let required = if parameter.place == Place::Path { Required::True } else { Required::False };
        operation = operation.parameter(
            ParameterBuilder::new()
                .name(parameter.name)
                .parameter_in(place)
                .required(required)
                .description(Some(parameter.help))
                .schema(Some(shape)),
        );
    }
    if let Some(body) = &said.body {
        let content = Content::new(Some(body.schema.shape.clone()));
        let body = RequestBodyBuilder::new().content(body.type_, content).required(Some(Required::True));
        operation = operation.request_body(Some(body.build()));
    }
    if route.access != Access::Anonymous {
        operation = operation.security(SecurityRequirement::new("token", Vec::<String>::new()));
    }
    let problem = Content::new(Some(RefOr::<schema::Schema>::Ref(Ref::from_schema_name("Problem"))));
    operation.response(said.status.to_string(), answer(said)).response(
        "default",
        ResponseBuilder::new().description("A refusal").content("application/problem+json", problem),
    )
}

fn answer(said: &Operation) -> ResponseBuilder {
    let response = ResponseBuilder::new().description("Done");
    match &said.answer {
        None => response,
        Some(answer) => response.content(answer.type_, Content::new(Some(answer.schema.shape.clone()))),
    }
}

/// `get_jobs_job_events`: stable, and readable in generated clients.
fn operation_id(route: &Route) -> String {
    let words = route.path.trim_start_matches("/api/v1/").replace(['/', '.', '-'], "_").replace(['{', '}'], "");
    format!("{}_{words}", route.method.as_str().to_lowercase())
}
