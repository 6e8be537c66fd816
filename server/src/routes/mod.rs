//! The one table of routes. The router is built from it and from nothing else, so a route that the table does not
//! know cannot exist; OpenAPI, `/api/docs` and the isolation matrix are read from the same rows.
//! Start at [`table::all`] for what is answered, at [`Route`] for what a row says.

mod example;
mod functions;
mod operation;
mod pages;
pub mod table;

pub use example::{Example, ExampleBody, Part};
pub use functions::FUNCTIONS;
pub use operation::{Operation, Place, Schema};
pub use pages::PAGES;

use crate::mlflow;
use crate::web::authenticate::admit;
use crate::web::pace::{self, Pace};
use crate::web::{Refusal, Web};
use axum::Router;
use axum::handler::Handler;
use axum::middleware::{from_fn_with_state, map_response};
use axum::response::Response;
use axum::routing::{MethodFilter, MethodRouter, on};
use chorale_model::{Fault, Role};
use chorale_platform::Ctx;
use http::Method;

/// The least that a caller must be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Access {
    Anonymous,
    Scientist,
    Curator,
    Admin,
    /// Whoever runs the deployment.
    Operator,
}

impl Access {
    /// The role it asks for, where it is one.
    pub fn role(self) -> Option<Role> {
        match self {
            Access::Anonymous | Access::Operator => None,
            Access::Scientist => Some(Role::Scientist),
            Access::Curator => Some(Role::Curator),
            Access::Admin => Some(Role::Admin),
        }
    }

    pub fn name(self) -> &'static str {
        match self {
            Access::Anonymous => "anonymous",
            Access::Scientist => "scientist",
            Access::Curator => "curator",
            Access::Admin => "admin",
            Access::Operator => "operator",
        }
    }

    /// Refuses a caller who is less.
    pub fn check(self, ctx: &Ctx) -> Result<(), Fault> {
        match (self, self.role()) {
            (Access::Anonymous, _) => Ok(()),
            (_, Some(role)) => ctx.require(role).map(drop),
            _ => ctx.require_operator(),
        }
    }
}

/// Who a route speaks to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Face {
    /// Programs: described in OpenAPI.
    Rest,
    /// Programs that speak MLflow's words.
    Mlflow,
    /// Forms of the pages.
    Function,
    Page,
    /// Probes, documentation, assets.
    Operation,
}

/// A row of the table.
pub struct Route {
    pub method: Method,
    /// In axum's words: `/api/v1/jobs/{job}`.
    pub path: &'static str,
    pub face: Face,
    pub access: Access,
    pub pace: Pace,
    /// A request that succeeds for whoever is allowed.
    pub example: Example,
    pub operation: Operation,
    handler: MethodRouter<Web>,
}

/// Rides in a response's extensions, for logs and metrics.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RoutePath(pub &'static str);

impl Route {
    /// A route that only a scientist or more may use, at the pace of its method.
    pub fn new<H, T>(method: Method, path: &'static str, face: Face, handler: H) -> Route
    where
        H: Handler<T, Web>,
        T: 'static,
    {
        let filter = MethodFilter::try_from(method.clone()).expect("every method in the table is a common one");
        let pace = if method == Method::GET { Pace::Read } else { Pace::Mutation };
        Route {
            method,
            path,
            face,
            access: Access::Scientist,
            pace,
            example: Example::default(),
            operation: Operation::default(),
            handler: on(filter, handler),
        }
    }

    pub fn access(self, access: Access) -> Route {
        Route { access, ..self }
    }

    pub fn pace(self, pace: Pace) -> Route {
        Route { pace, ..self }
    }

    /// The example's query, with `<job>` for ids.
    pub fn query(mut self, query: &'static str) -> Route {
        self.example.query = query;
        self
    }

    /// In the example's path, the second name stands for the first.
    pub fn stands(mut self, names: &'static [(&'static str, &'static str)]) -> Route {
        self.example.stands = names;
        self
    }

    /// The example's JSON body, with `<job>` for ids.
    pub fn json(mut self, body: &'static str) -> Route {
        self.example.body = ExampleBody::Json(body);
        self
    }

    /// The example's form.
    pub fn form(mut self, body: &'static str) -> Route {
        self.example.body = ExampleBody::Form(body);
        self
    }

    /// The example's multipart form.
    pub fn parts(mut self, parts: &'static [Part]) -> Route {
        self.example.body = ExampleBody::Multipart(parts);
        self
    }

    /// Describes the route.
    pub fn says(mut self, describe: impl FnOnce(Operation) -> Operation) -> Route {
        self.operation = describe(self.operation);
        self
    }

    /// `get /api/v1/jobs/{job}`, for people and tests.
    pub fn name(&self) -> String {
        format!("{} {}", self.method, self.path)
    }

    fn mount(self, router: Router<Web>, web: &Web) -> Router<Web> {
        let Route { path, access, pace, handler, .. } = self;
        let handler = match pace {
            Pace::Read => handler.layer(from_fn_with_state(web.clone(), pace::read)),
            Pace::Mutation => handler.layer(from_fn_with_state(web.clone(), pace::mutate)),
            Pace::Upload => handler.layer(from_fn_with_state(web.clone(), pace::upload)),
            Pace::Stream => handler,
        };
        let handler = handler.layer(from_fn_with_state(access, admit)).layer(map_response(
            move |mut response: Response| async move {
                response.extensions_mut().insert(RoutePath(path));
                response
            },
        ));
        router.route(path, handler)
    }
}

/// The router of every route in the table.
pub fn router(web: &Web) -> Router<Web> {
    let router = table::all().into_iter().fold(Router::new(), |router, route| route.mount(router, web));
    router
        .method_not_allowed_fallback(|request: axum::extract::Request| async move {
            let (method, path) = (request.method().clone(), request.uri().path().to_owned());
            if let Some(mut answer) = mlflow::unanswered(&path) {
                *answer.status_mut() = http::StatusCode::METHOD_NOT_ALLOWED;
                return answer;
            }
            let mut response = axum::response::IntoResponse::into_response(Refusal(Fault::invalid(format!(
                "{path} does not take {method}; /api/docs says what it takes"
            ))));
            *response.status_mut() = http::StatusCode::METHOD_NOT_ALLOWED;
            response
        })
        .fallback(crate::pages::fallback)
        // Bodies are limited by their route's pace.
        .layer(axum::extract::DefaultBodyLimit::disable())
}
