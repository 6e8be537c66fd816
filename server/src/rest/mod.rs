//! REST under `/api/v1`. One file per resource: its rows of the route table, then its handlers, which are a few lines
//! around a verb. Must never hold a rule.

mod account;
mod alerts;
mod annotate;
mod annotations;
mod audit;
mod automatic;
mod collections;
mod comments;
mod curations;
mod datasets;
mod events;
pub(crate) mod exchange;
mod experiments;
pub(crate) mod files;
mod grid;
mod harmonized;
pub(crate) mod imports;
mod invitations;
mod jobs;
mod members;
mod models;
mod ontologies;
mod organization;
mod projects;
mod promotions;
mod reports;
mod review;
mod rules;
mod samples;
mod search;
mod terms;
mod views;
mod webhooks;

use crate::routes::{Face, Route};
use axum::handler::Handler;
use http::Method;

use crate::web::Web;

/// Every REST route.
pub(crate) fn routes() -> Vec<Route> {
    [
        search::routes(),
        collections::routes(),
        datasets::routes(),
        samples::routes(),
        files::routes(),
        imports::routes(),
        annotate::routes(),
        annotations::routes(),
        harmonized::routes(),
        curations::routes(),
        review::routes(),
        automatic::routes(),
        alerts::routes(),
        projects::routes(),
        rules::routes(),
        grid::routes(),
        comments::routes(),
        reports::routes(),
        exchange::routes(),
        views::routes(),
        webhooks::routes(),
        terms::routes(),
        ontologies::routes(),
        models::routes(),
        promotions::routes(),
        experiments::routes(),
        jobs::routes(),
        account::routes(),
        members::routes(),
        invitations::routes(),
        organization::routes(),
        audit::routes(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn get<T: 'static>(path: &'static str, handler: impl Handler<T, Web>) -> Route {
    Route::new(Method::GET, path, Face::Rest, handler)
}

fn post<T: 'static>(path: &'static str, handler: impl Handler<T, Web>) -> Route {
    Route::new(Method::POST, path, Face::Rest, handler)
}

fn put<T: 'static>(path: &'static str, handler: impl Handler<T, Web>) -> Route {
    Route::new(Method::PUT, path, Face::Rest, handler)
}

fn patch<T: 'static>(path: &'static str, handler: impl Handler<T, Web>) -> Route {
    Route::new(Method::PATCH, path, Face::Rest, handler)
}

fn delete<T: 'static>(path: &'static str, handler: impl Handler<T, Web>) -> Route {
    Route::new(Method::DELETE, path, Face::Rest, handler)
}
