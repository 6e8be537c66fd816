//! What OpenAPI and `/api/docs` say about a route: words in the table, shapes from the model's own types.

use utoipa::openapi::schema::{ArrayBuilder, KnownFormat, ObjectBuilder, SchemaFormat, Type};
use utoipa::openapi::{Ref, RefOr};
use utoipa::{PartialSchema, ToSchema};

/// A shape with every shape it needs.
#[derive(Clone)]
pub struct Schema {
    pub shape: RefOr<utoipa::openapi::Schema>,
    pub named: Vec<(String, RefOr<utoipa::openapi::Schema>)>,
}

impl Schema {
    /// A type of the model, by name.
    pub fn of<T: ToSchema>() -> Schema {
        let name = T::name().into_owned();
        let mut named = vec![(name.clone(), T::schema())];
        T::schemas(&mut named);
        Schema { shape: RefOr::Ref(Ref::from_schema_name(name)), named }
    }

    /// A list of them.
    pub fn list<T: ToSchema>() -> Schema {
        Schema::of::<T>().many()
    }

    /// A page of them.
    pub fn page<T: ToSchema>() -> Schema {
        let item = Schema::of::<T>();
        let cursor = Option::<String>::schema();
        let page = ObjectBuilder::new()
            .property("items", ArrayBuilder::new().items(item.shape))
            .required("items")
            .property("next_cursor", cursor);
        Schema { shape: page.into(), named: item.named }
    }

    /// `{key: …}` around a shape.
    pub fn under(self, key: &str) -> Schema {
        Schema { shape: ObjectBuilder::new().property(key, self.shape).required(key).into(), named: self.named }
    }

    /// An object with these properties: name, whether it must be there, shape.
    pub fn object(properties: Vec<(&'static str, bool, Schema)>) -> Schema {
        let mut object = ObjectBuilder::new();
        let mut named = Vec::new();
        for (name, required, schema) in properties {
            object = object.property(name, schema.shape);
            named.extend(schema.named);
            if required {
                object = object.required(name);
            }
        }
        Schema { shape: object.into(), named }
    }

    /// Any number of this shape.
    pub fn many(self) -> Schema {
        Schema { shape: ArrayBuilder::new().items(self.shape).into(), named: self.named }
    }

    pub fn text() -> Schema {
        Schema { shape: ObjectBuilder::new().schema_type(Type::String).into(), named: Vec::new() }
    }

    pub fn binary() -> Schema {
        let format = Some(SchemaFormat::KnownFormat(KnownFormat::Binary));
        Schema { shape: ObjectBuilder::new().schema_type(Type::String).format(format).into(), named: Vec::new() }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    Path,
    Query,
    Header,
}

#[derive(Clone)]
pub struct Parameter {
    pub place: Place,
    pub name: &'static str,
    pub help: &'static str,
    /// May be given several times.
    pub repeats: bool,
}

#[derive(Clone)]
pub struct Content {
    pub type_: &'static str,
    pub schema: Schema,
}

/// The description of a route.
#[derive(Clone, Default)]
pub struct Operation {
    /// A sentence.
    pub summary: &'static str,
    /// What it belongs to: `jobs`.
    pub group: &'static str,
    pub parameters: Vec<Parameter>,
    pub body: Option<Content>,
    /// The status when all went well.
    pub status: u16,
    pub answer: Option<Content>,
}

impl Operation {
    pub fn summary(self, group: &'static str, summary: &'static str) -> Self {
        Operation { group, summary, status: 200, ..self }
    }

    pub fn path(self, name: &'static str, help: &'static str) -> Self {
        self.parameter(Place::Path, name, help)
    }

    pub fn query(self, name: &'static str, help: &'static str) -> Self {
        self.parameter(Place::Query, name, help)
    }

    pub fn header(self, name: &'static str, help: &'static str) -> Self {
        self.parameter(Place::Header, name, help)
    }

    /// A parameter of the query that may be given several times.
    pub fn choice(mut self, name: &'static str, help: &'static str) -> Self {
        self.parameters.push(Parameter { place: Place::Query, name, help, repeats: true });
        self
    }

    /// The two parameters of every list.
    pub fn paged(self) -> Self {
        self.query("limit", "1 to 500; 50 when absent").query("cursor", "next_cursor of the page before")
    }

    fn parameter(mut self, place: Place, name: &'static str, help: &'static str) -> Self {
        self.parameters.push(Parameter { place, name, help, repeats: false });
        self
    }

    pub fn takes(self, schema: Schema) -> Self {
        self.takes_as("application/json", schema)
    }

    pub fn takes_as(self, type_: &'static str, schema: Schema) -> Self {
        Operation { body: Some(Content { type_, schema }), ..self }
    }

    pub fn answers(self, schema: Schema) -> Self {
        self.answers_as("application/json", schema)
    }

    pub fn answers_as(self, type_: &'static str, schema: Schema) -> Self {
        Operation { answer: Some(Content { type_, schema }), ..self }
    }

    pub fn status(self, status: u16) -> Self {
        Operation { status, ..self }
    }
}
