//! "Copy as": the question of a page as a line of Python or curl that answers the same from the REST API. Whoever
//! copies it sets `TOKEN` to a token of theirs; the account page makes one.

use chorale_platform::Ctx;
use chorale_ui::Snippet;
use leptos::prelude::*;

/// Of the answer at `href`, an address under `/api/v1/`.
pub fn json(href: &str) -> Vec<Snippet> {
    let url = format!("{}{href}", site());
    let python = format!(
        "import os, requests; answer = requests.get({url:?}, headers={{\"Authorization\": \"Bearer \" + os.environ[\"TOKEN\"]}}).json()"
    );
    vec![Snippet { language: "Python", text: python }, curl(&url, "")]
}

/// Of the answer to `body`, posted to `href`.
pub fn post(href: &str, body: &serde_json::Value) -> Vec<Snippet> {
    let url = format!("{}{href}", site());
    // A body of texts and lists reads the same in Python.
    let python = format!(
        "import os, requests; answer = requests.post({url:?}, json={body}, headers={{\"Authorization\": \"Bearer \" + os.environ[\"TOKEN\"]}}).json()"
    );
    let quoted = body.to_string().replace('\'', "'\\''");
    vec![
        Snippet { language: "Python", text: python },
        curl(&url, &format!("-H 'Content-Type: application/json' -d '{quoted}' ")),
    ]
}

/// Of a table of comma- or tab-separated values at `href`.
pub fn table(href: &str, separator: char) -> Vec<Snippet> {
    let url = format!("{}{href}", site());
    let python = format!(
        "import io, os, polars, requests; table = polars.read_csv(io.BytesIO(requests.get({url:?}, headers={{\"Authorization\": \"Bearer \" + os.environ[\"TOKEN\"]}}).content), separator={separator:?})"
    );
    vec![Snippet { language: "Python", text: python }, curl(&url, "--output table.csv ")]
}

fn curl(url: &str, options: &str) -> Snippet {
    let quoted = url.replace('\'', "%27");
    Snippet { language: "curl", text: format!("curl {options}-H \"Authorization: Bearer $TOKEN\" '{quoted}'") }
}

/// Where the deployment is reached from outside, as its settings say.
fn site() -> String {
    let site = use_context::<Ctx>().map(|ctx| ctx.app.settings.public_url.trim_end_matches('/').to_owned());
    // Screens are also drawn by tests, without a deployment.
    site.unwrap_or_else(|| "http://127.0.0.1:3000".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_posted_body_stands_in_one_string_of_the_shell() {
        let made = Owner::new().with(|| post("/api/v1/annotate", &serde_json::json!({"text": "donor's liver"})));
        assert!(made[0].text.contains("json={\"text\":\"donor's liver\"}, headers"), "{}", made[0].text);
        assert!(made[1].text.contains("-d '{\"text\":\"donor'\\''s liver\"}' "), "{}", made[1].text);
    }

    #[test]
    fn a_quote_in_the_question_ends_neither_string() {
        let owner = Owner::new();
        let made = owner.with(|| json("/api/v1/search?q=a%22b'c"));
        assert!(made[0].text.contains("search?q=a%22b'c\", headers"), "{}", made[0].text);
        assert!(made[1].text.ends_with("'http://127.0.0.1:3000/api/v1/search?q=a%22b%27c'"), "{}", made[1].text);
    }
}
