//! The one binary: settings, command line, HTTP, worker. A thin face: rules live in the rooms of `chorale_platform`,
//! pages in `chorale_app`. Must never hold SQL or decide who may see what beyond a route's least role.
//! Start at [`cli::main`] for what the program does, at `routes` for what it answers.

pub mod cli;
pub mod config;
pub mod demo;
mod logs;
pub mod mlflow;
pub mod openapi;
pub mod operations;
pub mod pages;
pub mod rest;
pub mod routes;
pub mod start;
mod traces;
pub mod web;

pub use config::Config;
