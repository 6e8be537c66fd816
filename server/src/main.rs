//! The `chorale` program.

use std::ffi::{c_int, c_long};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// `mi_option_purge_delay` of mimalloc's header.
const PURGE_DELAY: c_int = 15;
/// Memory that a job has freed goes back to the system after so many milliseconds. mimalloc's own second, which it waits
/// ten times over, leaves an idle server with 40 MB that it does not need; no delay at all costs a third of a search.
const MILLISECONDS: c_long = 100;

#[allow(unsafe_code)]
unsafe extern "C" {
    fn mi_option_set(option: c_int, value: c_long);
}

#[allow(unsafe_code)]
fn main() -> std::process::ExitCode {
    // SAFETY: the function is part of the allocator that is linked in, takes two numbers and sets one; no thread but this
    // one runs yet.
    unsafe { mi_option_set(PURGE_DELAY, MILLISECONDS) };
    chorale_server::cli::main()
}
