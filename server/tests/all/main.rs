//! One integration-test binary. [`app::TestApp`] hands out identities and calls the router without a socket.

mod app;
mod isolation;
mod rest;
mod rooms;
