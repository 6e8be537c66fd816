//! Everything that a file may do wrong, in one import: each says what and where, and the others are unharmed.

use super::*;
use std::io::Write;

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    packed.write_all(bytes).unwrap();
    packed.finish().unwrap()
}

/// A sample with a table, in a series of its own.
fn series(number: usize) -> String {
    format!(
        "^SERIES = GSE{number}\n!Series_title = One\n^SAMPLE = GSM{number}\n!Sample_title = Liver\n\
         !Sample_platform_id = GPL1\n!Sample_data_row_count = 2\n#ID_REF = id\n#VALUE = v\n!sample_table_begin\n\
         ID_REF\tVALUE\na\t1\nb\t2\n!sample_table_end\n"
    )
}

/// A gzip file with one line of a gigabyte, below the ratio that gives a bomb away: the same member again and again.
fn endless_line() -> Vec<u8> {
    let mut block = Vec::with_capacity(16 << 20);
    let mut state = 1_u64;
    while block.len() < 16 << 20 {
        // A hundred letters that do not pack, then a few thousand that do.
        for _ in 0..100 {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            block.push(b'a' + (state >> 33) as u8 % 26);
        }
        block.extend([b'x'; 4_000]);
    }
    let member = gzip(&block);
    assert!((20..100).contains(&(block.len() / member.len())), "{} of {}", member.len(), block.len());
    let mut packed = gzip(b"^SERIES = GSE90\n!Series_title = ");
    for _ in 0..64 {
        packed.extend_from_slice(&member);
    }
    packed
}

/// What an import has to say of a file: its state, and of its message or of a warning the words and the line.
enum Said {
    Nothing,
    Warning(&'static str, i64),
    Failed(&'static str),
}

fn files() -> Vec<(&'static str, Vec<u8>, Said)> {
    use Said::{Failed, Nothing, Warning};
    let text = |number: usize, from: &str, to: &str| {
        let whole = series(number);
        assert!(whole.contains(from), "{from}");
        whole.replace(from, to).into_bytes()
    };
    let mut latin = series(4).into_bytes();
    let title = series(4).find("One").expect("the title");
    latin.splice(title..title + 3, *b"5 \xb5M");
    let packed = gzip(&series(30).repeat(2_000).into_bytes());
    let mut damaged = packed.clone();
    let checksum = damaged.len() - 6;
    damaged[checksum] ^= 0xff;
    vec![
        ("crlf.soft", text(1, "\n", "\r\n"), Nothing),
        ("lower.soft", text(2, "^SERIES", "^series"), Nothing),
        ("../../etc/cron.d/x", text(3, "One", "Two"), Nothing),
        ("latin.soft", latin, Warning("not UTF-8", 2)),
        ("twice.soft", text(5, "!Sample_title = Liver\n", "!Sample_title = Liver\n!Sample_title = Kidney\n"), Nothing),
        (
            "again.soft",
            format!("{}^SAMPLE = GSM6\n!Sample_title = Again\n", series(6)).into_bytes(),
            Warning("comes again", 14),
        ),
        ("empty table.soft", text(7, "ID_REF\tVALUE\na\t1\nb\t2\n", ""), Warning("An empty table", 9)),
        ("narrow.soft", text(8, "a\t1\n", "a\n"), Warning("fewer cells", 11)),
        ("wide.soft", text(9, "a\t1\n", "a\t1\t2\n"), Warning("more cells", 11)),
        ("unended.soft", text(10, "!sample_table_end\n", ""), Warning("ends inside a table", 12)),
        ("no key.soft", text(11, "!Sample_platform_id", "no key here\n!Sample_platform_id"), Warning("", 5)),
        ("short.soft", text(12, "row_count = 2", "row_count = 20"), Warning("Fewer rows", 6)),
        ("nothing.soft", Vec::new(), Failed("empty")),
        ("archive.zip", b"PK\x03\x04rest".to_vec(), Failed("zip")),
        ("cut.soft.gz", packed[..packed.len() / 2].to_vec(), Failed("ends before its end")),
        ("damaged.soft.gz", damaged, Failed("gzip")),
        (
            "bomb.soft.gz",
            gzip(&[b"^SERIES = GSE80\n!Series_title = ".to_vec(), vec![b'x'; 32 << 20]].concat()),
            Failed("more than 100 times"),
        ),
        ("endless.soft.gz", endless_line(), Failed("line 2")),
        ("binary.bin", vec![0, 1, 2, 3, 0, 0], Failed("binary")),
        ("page.html", b"<html><body>Service unavailable</body></html>".to_vec(), Failed("web page")),
        ("last.soft", text(13, "One", "Last"), Nothing),
    ]
}

#[tokio::test]
async fn every_kind_of_broken_file_is_told_and_harms_no_other() {
    // Once for both engines: the files are many and large, and no statement differs by them.
    let [ctx, _] = two_organizations(testing::deployment(each_engine().await.remove(0))).await;
    let bad = files();
    let mut uploaded = Vec::new();
    for (name, bytes, _) in &bad {
        uploaded.push(upload(&ctx, name, bytes).await);
    }
    let job = import(&ctx, into_test(uploaded)).await;
    assert_eq!(job.state, JobState::Succeeded, "{job:?}");
    let warnings = crate::jobs::list_warnings(&ctx, job.id, None, all()).await.unwrap().items;
    let mut kept = 0;
    for ((name, _, said), file) in bad.iter().zip(&job.files) {
        assert_eq!(file.name, *name, "a name is a label");
        let told: Vec<_> = warnings.iter().filter(|warning| warning.file == *name).collect();
        match said {
            Said::Failed(words) => {
                assert_eq!(file.state, "failed", "{file:?}");
                assert!(file.message.contains(words), "{file:?}");
                assert!(file.message.len() < 1_000, "{} bytes of message", file.message.len());
                continue;
            }
            Said::Nothing => assert!(told.iter().all(|warning| warning.severity == "note"), "{told:?}"),
            Said::Warning(words, line) => {
                let found = told.iter().find(|warning| warning.what.contains(words) && warning.line == *line);
                let found = found.unwrap_or_else(|| panic!("{name}: {told:?}"));
                assert!(!found.expected.is_empty() && !found.done.is_empty(), "{found:?}");
                assert!(found.message.starts_with(&format!("line {line}: ")), "{found:?}");
            }
        }
        assert_eq!((file.state.as_str(), file.samples), ("succeeded", 1), "{file:?}");
        kept += 1;
    }
    assert_eq!(datasets(&ctx).await.len(), kept, "what cannot be read to its end changes nothing");
    let left = std::fs::read_dir(ctx.app.settings.cache_dir.join("imports")).unwrap().count();
    assert_eq!(left, 0, "the working copies are gone, and nothing was made at a name's path");
}
