//! One integration-test binary. [`app::TestApp`] hands out identities and calls the router without a socket.

#![allow(clippy::unwrap_used)] // a test that cannot go on says where

mod app;
mod cli;
mod examples;
mod forms;
mod isolation;
mod mlflow;
mod openapi;
mod program;
mod projects;
mod rest;
mod rooms;
mod serving;
mod strangers;
mod streams;
mod traces;
mod usage;
mod web;
