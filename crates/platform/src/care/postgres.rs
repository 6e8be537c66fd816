//! PostgreSQL's own programs, which copy a database out and in.

use chorale_model::Fault;
use percent_encoding::percent_decode_str;
use tokio::process::Command;
use url::Url;

/// A program that works on the database of a URL, `--dbname` said. The password goes through its environment: any
/// user of the machine can read a command line.
pub fn program(name: &str, database_url: &str) -> Result<Command, Fault> {
    let broken = |why: &str| Fault::field("database_url", format!("is no URL that {name} understands: {why}"));
    let mut url = Url::parse(database_url).map_err(|e| broken(&e.to_string()))?;
    let mut password = url.password().map(|text| percent_decode_str(text).decode_utf8_lossy().into_owned());
    if password.is_some() {
        url.set_password(None).map_err(|()| broken("it names no host"))?;
    }
    // libpq also takes it as a parameter, which then counts.
    let (said, others): (Vec<_>, Vec<_>) = url.query_pairs().into_owned().partition(|(key, _)| key == "password");
    if let Some((_, value)) = said.into_iter().next_back() {
        password = Some(value);
        url.set_query(None);
        if !others.is_empty() {
            url.query_pairs_mut().extend_pairs(others);
        }
    }
    let mut command = Command::new(name);
    command.arg("--dbname").arg(url.as_str());
    if let Some(password) = password {
        command.env("PGPASSWORD", password);
    }
    Ok(command)
}

/// Runs a program of PostgreSQL's, with its own words when it fails.
pub async fn run(mut command: Command, name: &str) -> Result<(), Fault> {
    let output = command.output().await.map_err(|e| {
        Fault::busy(format!("{name} cannot be started ({e}); install postgresql-client of the server's version"))
    })?;
    if output.status.success() {
        return Ok(());
    }
    Err(Fault::busy(format!("{name} failed: {}", String::from_utf8_lossy(&output.stderr).trim())))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The arguments, and the password in the environment.
    fn told(url: &str) -> (Vec<String>, Option<String>) {
        let command = program("pg_dump", url).unwrap();
        let text = |text: &std::ffi::OsStr| text.to_str().unwrap().to_owned();
        let password = command.as_std().get_envs().find(|(key, _)| *key == "PGPASSWORD").and_then(|(_, value)| value);
        (command.as_std().get_args().map(text).collect(), password.map(text))
    }

    #[test]
    fn a_password_is_never_on_a_command_line() {
        let secret = Some("s e+c%".to_owned());
        let there = |url: &str| vec!["--dbname".to_owned(), url.to_owned()];
        let url = "postgres://chorale:s%20e%2Bc%25@db.example:5433/name?sslmode=require";
        assert_eq!(told(url), (there("postgres://chorale@db.example:5433/name?sslmode=require"), secret.clone()));
        let url = "postgres://chorale@db.example/name?password=s%20e%2Bc%25&sslmode=require";
        assert_eq!(told(url), (there("postgres://chorale@db.example/name?sslmode=require"), secret.clone()));
        let url = "postgres:///name?password=s%20e%2Bc%25&host=/run/postgresql";
        assert_eq!(told(url), (there("postgres:///name?host=%2Frun%2Fpostgresql"), secret));
        let url = "postgres://chorale@127.0.0.1/name";
        assert_eq!(told(url), (there(url), None));
    }
}
