//! What a page shows of an artifact without its being downloaded. Nothing of it is ever taken for a page of ours: texts are
//! texts, whatever they hold.

use super::artifacts::{Download, Owner, artifact};
use crate::Ctx;
use chorale_model::Fault;

/// Of a text, so much is read.
const TEXT_BYTES: u64 = 64 * 1024;
const IMAGE_BYTES: i64 = 10_000_000;

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Preview {
    /// A picture that a browser draws.
    Image,
    /// `cut`: it goes on.
    Text { text: String, cut: bool },
    /// Why nothing is shown.
    Nothing(&'static str),
}

pub async fn preview_artifact(ctx: &Ctx, owner: Owner, path: &str) -> Result<(Download, Preview), Fault> {
    let file = artifact(ctx, owner, None, path).await?;
    let end = path.rsplit('.').next().unwrap_or_default().to_ascii_lowercase();
    if matches!(end.as_str(), "png" | "jpg" | "jpeg" | "gif" | "webp") {
        let preview = match file.size_bytes <= IMAGE_BYTES {
            true => Preview::Image,
            false => Preview::Nothing("The picture is larger than 10 MB; download it to see it."),
        };
        return Ok((file, preview));
    }
    let size = u64::try_from(file.size_bytes).unwrap_or(0);
    let bytes = match size {
        0 => bytes::Bytes::new(),
        size => ctx.app.objects.range(&file.object_key, 0..size.min(TEXT_BYTES)).await?,
    };
    Ok((file, text_of(&bytes, size > TEXT_BYTES)))
}

/// The text that bytes are, if they are one. Where they were cut, a character may be cut too.
fn text_of(bytes: &[u8], cut: bool) -> Preview {
    const NO_TEXT: Preview = Preview::Nothing("It is neither a text nor a picture; download it to open it.");
    let whole = match std::str::from_utf8(bytes) {
        Ok(text) => text,
        Err(e) if cut && e.error_len().is_none() => match std::str::from_utf8(&bytes[..e.valid_up_to()]) {
            Ok(text) => text,
            Err(_) => return NO_TEXT,
        },
        Err(_) => return NO_TEXT,
    };
    match whole.contains('\0') {
        true => NO_TEXT,
        false => Preview::Text { text: whole.to_owned(), cut },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_may_be_cut_inside_a_character_and_bytes_are_no_text() {
        let text = "é".as_bytes();
        assert_eq!(text_of(&text[..1], true), Preview::Text { text: String::new(), cut: true });
        assert!(matches!(text_of(&text[..1], false), Preview::Nothing(_)), "it ends inside a character");
        assert!(matches!(text_of(b"\x80PNG", true), Preview::Nothing(_)));
        assert!(matches!(text_of(b"a\0b", false), Preview::Nothing(_)));
    }
}
