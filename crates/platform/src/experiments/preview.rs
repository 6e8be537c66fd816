//! What a page shows of an artifact without its being downloaded. Nothing of it is ever taken for a page of ours: texts are
//! texts, whatever they hold.

use super::artifacts::{Download, Owner, artifact};
use crate::Ctx;
use chorale_model::Fault;

/// Of a text, so much is read.
const TEXT_BYTES: u64 = 64 * 1024;
const IMAGE_BYTES: i64 = 10_000_000;

/// Rows of a table that are shown.
const ROWS: usize = 200;
const COLUMNS: usize = 50;

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Preview {
    /// A picture that a browser draws.
    Image,
    /// A page of HTML: it runs in a sandbox alone.
    Page,
    /// A drawing of SVG, which may hold what a page holds.
    Drawing,
    Text {
        text: String,
        part: Part,
    },
    Markdown {
        text: String,
        part: Part,
    },
    /// `more`: it has rows or columns that are not shown.
    Table {
        heads: Vec<String>,
        rows: Vec<Vec<String>>,
        more: bool,
    },
    /// Why nothing is shown.
    Nothing(&'static str),
}

/// How much of a file is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    Whole,
    Beginning,
    End,
}

pub async fn preview_artifact(ctx: &Ctx, owner: Owner, path: &str) -> Result<(Download, Preview), Fault> {
    let file = artifact(ctx, owner, None, path).await?;
    let end = path.rsplit('.').next().unwrap_or_default().to_ascii_lowercase();
    let at_most = |preview, why| if file.size_bytes <= IMAGE_BYTES { preview } else { Preview::Nothing(why) };
    let preview = match end.as_str() {
        "png" | "jpg" | "jpeg" | "gif" | "webp" => {
            at_most(Preview::Image, "The picture is larger than 10 MB; download it to see it.")
        }
        "svg" => at_most(Preview::Drawing, "The drawing is larger than 10 MB; download it to see it."),
        "html" | "htm" => Preview::Page,
        _ => text(ctx, &file, &end).await?,
    };
    Ok((file, preview))
}

/// What is written there: of a log its end, of everything else its beginning.
async fn text(ctx: &Ctx, file: &Download, end: &str) -> Result<Preview, Fault> {
    let size = u64::try_from(file.size_bytes).unwrap_or(0);
    let part = match end {
        _ if size <= TEXT_BYTES => Part::Whole,
        "log" | "txt" | "out" | "err" => Part::End,
        _ => Part::Beginning,
    };
    let range = if part == Part::End { size - TEXT_BYTES..size } else { 0..size.min(TEXT_BYTES) };
    let bytes = match size {
        0 => bytes::Bytes::new(),
        _ => ctx.app.objects.range(&file.object_key, range).await?,
    };
    let Some(text) = text_of(&bytes, part) else {
        return Ok(Preview::Nothing("It is neither a text nor a picture; download it to open it."));
    };
    let table = match end {
        "csv" => table_of(text, b',', part),
        "tsv" => table_of(text, b'\t', part),
        "json" if part == Part::Whole => table_of_json(text),
        _ => None,
    };
    Ok(match table {
        Some(table) => table,
        None if matches!(end, "md" | "markdown") => Preview::Markdown { text: text.to_owned(), part },
        None => Preview::Text { text: text.to_owned(), part },
    })
}

/// The text that bytes are, if they are one. Where they were cut, a character may be cut too; an end begins with a line.
fn text_of(bytes: &[u8], part: Part) -> Option<&str> {
    let bytes = match part {
        Part::End => bytes.iter().position(|byte| *byte == b'\n').map_or(bytes, |at| &bytes[at + 1..]),
        Part::Whole | Part::Beginning => bytes,
    };
    // An end that is one long line may begin inside a character.
    let inside = bytes.iter().take(3).take_while(|byte| part == Part::End && **byte & 0xc0 == 0x80).count();
    let bytes = &bytes[inside..];
    let whole = match std::str::from_utf8(bytes) {
        Ok(text) => text,
        Err(e) if part == Part::Beginning && e.error_len().is_none() => {
            std::str::from_utf8(&bytes[..e.valid_up_to()]).ok()?
        }
        Err(_) => return None,
    };
    (!whole.contains('\0')).then_some(whole)
}

/// A file of separated values, where it is one.
fn table_of(text: &str, between: u8, part: Part) -> Option<Preview> {
    let mut lines = csv::ReaderBuilder::new().delimiter(between).flexible(true).from_reader(text.as_bytes());
    let heads: Vec<String> = lines.headers().ok()?.iter().map(str::to_owned).collect();
    let mut rows: Vec<Vec<String>> = Vec::new();
    for line in lines.records() {
        rows.push(line.ok()?.iter().map(str::to_owned).collect());
    }
    if part == Part::Beginning {
        // The last line may be cut anywhere.
        rows.pop();
    }
    (heads.len() > 1).then(|| cut(heads, rows, part != Part::Whole))
}

/// As MLflow's client keeps a table: its columns, and its rows in their order.
fn table_of_json(text: &str) -> Option<Preview> {
    #[derive(serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Table {
        columns: Vec<serde_json::Value>,
        data: Vec<Vec<serde_json::Value>>,
    }
    let said = |value: serde_json::Value| match value {
        serde_json::Value::String(text) => text,
        serde_json::Value::Null => String::new(),
        other => other.to_string(),
    };
    let Table { columns, data } = serde_json::from_str(text).ok()?;
    let rows = data.into_iter().map(|row| row.into_iter().map(said).collect()).collect();
    Some(cut(columns.into_iter().map(said).collect(), rows, false))
}

fn cut(mut heads: Vec<String>, mut rows: Vec<Vec<String>>, mut more: bool) -> Preview {
    more |= rows.len() > ROWS || heads.len() > COLUMNS;
    heads.truncate(COLUMNS);
    rows.truncate(ROWS);
    for row in &mut rows {
        // Every row has a cell under each head.
        more |= row.len() > heads.len();
        row.resize(heads.len(), String::new());
    }
    Preview::Table { heads, rows, more }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_may_be_cut_inside_a_character_and_bytes_are_no_text() {
        let text = "é".as_bytes();
        assert_eq!(text_of(&text[..1], Part::Beginning), Some(""));
        assert_eq!(text_of(&text[..1], Part::Whole), None, "it ends inside a character");
        assert_eq!(text_of(b"\x80PNG", Part::Beginning), None);
        assert_eq!(text_of(b"a\0b", Part::Whole), None);
    }

    #[test]
    fn an_end_begins_with_a_line_or_a_character() {
        assert_eq!(text_of(b"alf a line\nwhole\nlast", Part::End), Some("whole\nlast"));
        assert_eq!(text_of(&"éa".as_bytes()[1..], Part::End), Some("a"));
    }

    #[test]
    fn values_with_separators_and_quotes_are_a_table() {
        let table = |heads: &[&str], rows: &[&[&str]], more| Preview::Table {
            heads: heads.iter().map(|text| (*text).to_owned()).collect(),
            rows: rows.iter().map(|row| row.iter().map(|text| (*text).to_owned()).collect()).collect(),
            more,
        };
        let text = "a,b\n\"x, y\",2\n3\n4,5";
        let whole = table(&["a", "b"], &[&["x, y", "2"], &["3", ""], &["4", "5"]], false);
        assert_eq!(table_of(text, b',', Part::Whole), Some(whole));
        let begun = table(&["a", "b"], &[&["x, y", "2"], &["3", ""]], true);
        assert_eq!(table_of(text, b',', Part::Beginning), Some(begun));
        assert_eq!(table_of("no table", b',', Part::Whole), None);
        let logged = r#"{"columns": ["a", "b"], "data": [["x", 1.5], [null, true]]}"#;
        assert_eq!(table_of_json(logged), Some(table(&["a", "b"], &[&["x", "1.5"], &["", "true"]], false)));
        assert_eq!(table_of_json(r#"{"columns": ["a"]}"#), None);
    }
}
