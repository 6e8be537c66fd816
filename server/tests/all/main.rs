//! One integration-test binary. [`app::TestApp`] hands out identities and calls the router without a socket.

#![allow(clippy::unwrap_used)] // a test that cannot go on says where

mod app;
mod isolation;
mod rest;
mod rooms;
