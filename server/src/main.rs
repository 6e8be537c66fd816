//! The `chorale` program.

fn main() -> std::process::ExitCode {
    chorale_server::cli::main()
}
