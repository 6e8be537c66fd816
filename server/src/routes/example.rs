//! A valid request of each route, with placeholders for ids: `<dataset>` in texts, `{dataset}` in the path. The
//! isolation matrix sends it as everybody, so that a 400 cannot pass for a refusal.

#[derive(Clone, Copy, Debug, Default)]
pub struct Example {
    /// Without the question mark.
    pub query: &'static str,
    pub body: ExampleBody,
    /// Path parameters that another placeholder stands for: a request that ends what it names needs one of its own.
    pub stands: &'static [(&'static str, &'static str)],
}

#[derive(Clone, Copy, Debug, Default)]
pub enum ExampleBody {
    #[default]
    Empty,
    Json(&'static str),
    Form(&'static str),
    Multipart(&'static [Part]),
}

/// A part of a multipart form.
#[derive(Clone, Copy, Debug)]
pub struct Part {
    pub name: &'static str,
    /// Set for files.
    pub file_name: Option<&'static str>,
    pub content: &'static str,
}

impl Part {
    pub const fn text(name: &'static str, content: &'static str) -> Part {
        Part { name, file_name: None, content }
    }

    pub const fn file(name: &'static str, file_name: &'static str, content: &'static str) -> Part {
        Part { name, file_name: Some(file_name), content }
    }
}

impl Example {
    /// A text with its placeholders filled in.
    pub fn fill(text: &str, id: impl Fn(&str) -> Option<String>) -> String {
        let mut out = String::new();
        let mut rest = text;
        while let Some(start) = rest.find('<') {
            out.push_str(&rest[..start]);
            let tail = &rest[start + 1..];
            let filled = tail.find('>').and_then(|end| Some((id(&tail[..end])?, end)));
            match filled {
                Some((value, end)) => {
                    out.push_str(&value);
                    rest = &tail[end + 1..];
                }
                None => {
                    out.push('<');
                    rest = tail;
                }
            }
        }
        out.push_str(rest);
        out
    }

    /// A path with its parameters filled in.
    pub fn path(path: &str, id: impl Fn(&str) -> Option<String>) -> String {
        Example::fill(&path.replace('{', "<").replace('}', ">"), id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_are_filled_and_the_rest_stays() {
        let id = |name: &str| (name == "job").then(|| "7".to_owned());
        assert_eq!(Example::path("/api/v1/jobs/{job}/events", id), "/api/v1/jobs/7/events");
        assert_eq!(
            Example::fill("{\"a\": \"<job>\", \"b\": \"1 < 2 <x>\"}", id),
            "{\"a\": \"7\", \"b\": \"1 < 2 <x>\"}"
        );
    }
}
