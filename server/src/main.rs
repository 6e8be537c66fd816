//! The `chorale` program.

use std::process::ExitCode;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    small_pages();
    chorale_server::cli::main()
}

/// Memory in pages of 4 kB. mimalloc asks for huge ones, and a page of 2 MB stays resident for the little of it that is in
/// use: decision 0011 has what they cost and what they would save.
#[cfg(target_os = "linux")]
fn small_pages() {
    if let Err(error) = rustix::thread::disable_transparent_huge_pages(true) {
        eprintln!(
            "chorale: the kernel keeps its huge pages ({error}), so this process takes more memory than it needs"
        );
    }
}

#[cfg(not(target_os = "linux"))]
fn small_pages() {}
