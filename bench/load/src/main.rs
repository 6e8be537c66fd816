//! The load client of `make bench`: makes the table of samples that is searched, asks a running server a mix of
//! queries, checks every answer against a count of its own, and times pages. Prints one JSON object.
//!
//!     chorale-load corpus --from TSV.gz --samples N --out FILE
//!     chorale-load search --from TSV.gz --samples N --at 127.0.0.1:3000 --header "authorization: Bearer …"
//!                         [--requests 2000] [--connections 4] [--seconds 10] [--seed 1]
//!     chorale-load pages  --at 127.0.0.1:3000 --header "cookie: …" [--rounds 50] PATH…
//!
//! Start at `mix` for what is asked, at `oracle` for what is expected, at `measure` for how it is timed.

mod corpus;
mod draw;
mod http;
mod measure;
mod mix;
mod oracle;
mod words;

use std::collections::HashMap;
use std::error::Error;

fn main() -> Result<(), Box<dyn Error + Send + Sync>> {
    let mut arguments = std::env::args().skip(1);
    let command = arguments.next().unwrap_or_default();
    let mut given = Given::default();
    while let Some(argument) = arguments.next() {
        match argument.strip_prefix("--") {
            Some(name) => {
                let value = arguments.next().ok_or_else(|| format!("--{name} needs a value"))?;
                given.options.insert(name.to_owned(), value);
            }
            None => given.paths.push(argument),
        }
    }
    match command.as_str() {
        "corpus" => corpus::write(given.text("from")?, given.number("samples", 0)?, given.text("out")?),
        "search" => {
            let samples = corpus::read(given.text("from")?)?;
            let total = match given.number("samples", 0)? {
                0 => samples.len(),
                total => total,
            };
            let queries = mix::queries(&samples, total, given.number("seed", 1)? as u64);
            let plan = measure::Plan {
                at: given.text("at")?.to_owned(),
                header: given.text("header")?.to_owned(),
                requests: given.number("requests", 2_000)?,
                connections: given.number("connections", 4)?,
                seconds: given.number("seconds", 10)?,
                seed: given.number("seed", 1)? as u64,
            };
            println!("{}", measure::search(&plan, &queries)?);
            Ok(())
        }
        "pages" => {
            let (at, header) = (given.text("at")?, given.text("header")?);
            println!("{}", measure::pages(at, header, given.number("rounds", 50)?, &given.paths)?);
            Ok(())
        }
        other => Err(format!("\"{other}\" is no command; say corpus, search or pages").into()),
    }
}

/// What stands behind the command.
#[derive(Default)]
struct Given {
    options: HashMap<String, String>,
    paths: Vec<String>,
}

impl Given {
    fn text(&self, name: &str) -> Result<&str, String> {
        self.options.get(name).map(String::as_str).ok_or_else(|| format!("--{name} is missing"))
    }

    fn number(&self, name: &str, usual: usize) -> Result<usize, String> {
        match self.options.get(name) {
            None => Ok(usual),
            Some(text) => text.parse().map_err(|_| format!("--{name} {text} is no whole number")),
        }
    }
}
