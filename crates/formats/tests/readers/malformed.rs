//! What must never happen: each kind of broken file gives a clear error or warning with its line, in
//! bounded memory.

use crate::keep::*;
use chorale_formats::*;
use flate2::Compression;
use flate2::write::GzEncoder;
use std::io::{Read, Write};
use std::ops::ControlFlow;

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut packed = GzEncoder::new(Vec::new(), Compression::default());
    packed.write_all(bytes).expect("compresses");
    packed.finish().expect("compresses")
}

const GSM: &str = "^SAMPLE = GSM1\n!Sample_title = One\n!Sample_data_row_count = 2\n#ID_REF = id\n#VALUE = v\n\
                   !sample_table_begin\nID_REF\tVALUE\na\t1\nb\t2\n!sample_table_end\n";

fn soft(text: &str) -> (Report, Keep) {
    let (result, keep) = read_bytes("x.soft", text.as_bytes());
    (result.unwrap_or_else(|error| panic!("{error}")), keep)
}

fn told(keep: &Keep) -> Vec<String> {
    keep.warnings.iter().map(ToString::to_string).collect()
}

#[test]
fn a_clean_file_has_no_warnings() {
    let (report, keep) = soft(GSM);
    assert_eq!((report.lines, report.samples, report.rows, report.warnings_total), (10, 1, 2, 0));
    assert_eq!(keep.tables[0].columns[1].description, "v");
}

#[test]
fn a_truncated_gzip_names_the_line_reached() {
    let packed = gzip(GSM.repeat(20_000).as_bytes());
    let (result, keep) = read_bytes("x.soft.gz", &packed[..packed.len() / 2]);
    let error = result.expect_err("half a file");
    assert!(matches!(error.cause, Cause::Truncated) && error.line > 100, "{error}");
    assert!(error.to_string().contains("gzip stream ends before its end"), "{error}");
    assert!(error.to_string().contains("fetch the file again"), "{error}");
    assert!(!keep.entities.is_empty());
}

#[test]
fn a_damaged_gzip_is_an_error() {
    let mut packed = gzip(&GSM.repeat(1_000).into_bytes());
    let checksum = packed.len() - 6;
    packed[checksum] ^= 0xff;
    let error = read_bytes("x.soft.gz", &packed).0.expect_err("a wrong checksum");
    assert!(matches!(error.cause, Cause::Malformed), "{error}");
}

#[test]
fn several_gzip_members_are_one_file_and_padding_is_told() {
    let mut packed = gzip(GSM.as_bytes());
    packed.extend(gzip(GSM.replace("GSM1", "GSM2").as_bytes()));
    let (result, keep) = read_bytes("x.soft.gz", &packed);
    assert_eq!(result.expect("reads").samples, 2);
    assert!(keep.warnings.is_empty());
    packed.extend([0; 512]);
    let (result, keep) = read_bytes("x.soft.gz", &packed);
    assert_eq!(result.expect("reads").samples, 2);
    assert_eq!(keep.warned("after the end of the gzip stream").map(|w| w.severity), Some(Severity::Note));
}

#[test]
fn a_gzip_bomb_is_refused_early() {
    let mut packed = GzEncoder::new(Vec::new(), Compression::best());
    packed.write_all(GSM.as_bytes()).expect("compresses");
    for _ in 0..64 {
        packed.write_all("!Sample_x = 0000000000000000\n".repeat(1 << 15).as_bytes()).expect("compresses");
    }
    let packed = packed.finish().expect("compresses");
    let limits = Limits { max_attributes: usize::MAX, max_entity_bytes: usize::MAX, ..Limits::default() };
    let (result, keep) = read_with("x.soft.gz", packed.as_slice(), &limits);
    let error = result.expect_err("a bomb");
    assert!(matches!(error.cause, Cause::Bomb), "{error}");
    assert!(error.to_string().contains("more than 100 times"), "{error}");
    assert!(keep.entities.len() <= 1);
}

/// A reader that never ends a line; counts what was taken from it.
struct Endless<'a> {
    start: &'static [u8],
    taken: &'a mut u64,
    total: u64,
}

impl Read for Endless<'_> {
    fn read(&mut self, to: &mut [u8]) -> std::io::Result<usize> {
        let size = to.len().min(usize::try_from(self.total - *self.taken).unwrap_or(usize::MAX));
        to[..size].fill(b'A');
        if !self.start.is_empty() {
            let size = self.start.len().min(to.len());
            to[..size].copy_from_slice(&self.start[..size]);
            self.start = &self.start[size..];
            *self.taken += size as u64;
            return Ok(size);
        }
        *self.taken += size as u64;
        Ok(size)
    }
}

#[test]
fn a_line_of_a_gigabyte_stops_at_the_longest_line() {
    for start in
        ["^SAMPLE = GSM1\n!Sample_title = ", "!Series_title\t\"x\"\n!Sample_title\t\"", "accession\ttitle\nGSM1\t"]
    {
        let mut taken = 0;
        let endless = Endless { start: start.as_bytes(), taken: &mut taken, total: 1 << 30 };
        let (result, _) = read_with("x", endless, &Limits::default());
        let error = result.expect_err("an endless line");
        assert!(matches!(error.cause, Cause::TooLarge) && error.line == 2, "{start:?}: {error}");
        assert!(taken < 40 << 20, "{start:?}: took {taken} bytes");
    }
}

#[test]
fn more_than_the_decompressed_limit_is_an_error() {
    let limits = Limits { max_decompressed_bytes: 1 << 20, ..Limits::default() };
    let error = read_with("x.soft", GSM.repeat(20_000).as_bytes(), &limits).0.expect_err("too much");
    assert!(matches!(error.cause, Cause::TooLarge) && error.line > 0, "{error}");
}

#[test]
fn a_description_without_end_is_an_error() {
    let limits = Limits { max_attributes: 100, ..Limits::default() };
    let text = format!("^SAMPLE = GSM1\n{}", "!Sample_x = y\n".repeat(1_000));
    let error = read_with("x.soft", text.as_bytes(), &limits).0.expect_err("too many");
    assert_eq!(error.line, 102, "{error}");
    let limits = Limits { max_entities: 10, ..Limits::default() };
    let text: String = (0..20).map(|number| format!("^SAMPLE = GSM{number}\n")).collect();
    assert_eq!(read_with("x.soft", text.as_bytes(), &limits).0.expect_err("too many").line, 11);
}

#[test]
fn rows_that_do_not_fit_are_padded_or_cut_and_told_once() {
    let rows = "a\t1\nb\nc\t3\t4\nd\t4\t\t\n\ne\n";
    let (report, keep) = soft(&GSM.replace("a\t1\nb\t2\n", rows));
    assert_eq!(report.rows, 5);
    assert_eq!(keep.tables[0].rows[1], ["b", ""]);
    assert_eq!(keep.tables[0].rows[2], ["c", "3"]);
    let expected = [
        "line 9: A row with fewer cells than the header; expected one cell for each column; \
         filled up with empty cells (2 lines, this is the first)",
        "line 10: A row with more cells than the header; expected one cell for each column; left the surplus cells out",
        "line 12: A blank line inside a table; expected a row; skipped it",
        "line 3: More rows than announced; !Sample_data_row_count = 2, the table has 5; kept 5",
    ];
    assert_eq!(told(&keep), expected);
}

#[test]
fn a_table_that_never_ends_is_told() {
    let cut = &GSM[..GSM.len() - "b\t2\n!sample_table_end\n".len()];
    let (_, keep) = soft(cut);
    assert_eq!(keep.warned("ends inside a table").map(|w| (w.line, w.severity)), Some((8, Severity::Warning)));
    assert_eq!(keep.tables[0].ended, Some(1));
    assert!(told(&keep).contains(
        &"line 3: Fewer rows than announced; !Sample_data_row_count = 2, the table has 1; kept 1".to_owned()
    ));
    let (report, keep) = soft(&format!("{cut}^SAMPLE = GSM2\n!Sample_title = Two\n"));
    assert_eq!(report.samples, 2);
    assert_eq!(keep.warned("without its table_end").map(|w| w.line), Some(9));
    let (report, keep) = soft(&format!("{cut}!Sample_comment = late\n"));
    assert_eq!((report.samples, keep.entities.len()), (1, 2));
    assert!(keep.entities[1].continued && keep.entities[1].first("comment") == Some("late"));
}

#[test]
fn a_header_of_nothing_but_a_hard_space_is_a_blank_line() {
    let (report, keep) =
        read_bytes("x", b"^SAMPLE = GSM1\n!sample_table_begin\n\xa0\nID_REF\tVALUE\na\t1\n!sample_table_end\n");
    assert_eq!((report.unwrap().tables, keep.tables[0].columns.len()), (1, 2));
    let (report, keep) = read_bytes("x", b"^SAMPLE = GSM1\n!platform_table_begin\t\t\n\xa0\n");
    assert_eq!((report.unwrap().tables, keep.tables.len()), (0, 0));
    assert!(keep.warned("An empty table").is_some());
}

#[test]
fn empty_tables_and_missing_ones_are_told() {
    let (report, keep) = soft("^SAMPLE = GSM1\n!Sample_data_row_count = 5\n!sample_table_begin\n!sample_table_end\n");
    assert_eq!((report.tables, keep.warned("An empty table").map(|w| w.line)), (0, Some(3)));
    let (_, keep) = soft("^SAMPLE = GSM1\n!Sample_data_row_count = 5\n");
    assert_eq!(
        told(&keep),
        [
            "line 2: No table although rows are announced; !Sample_data_row_count = 5, there is no table; kept the description"
        ]
    );
}

#[test]
fn text_in_other_encodings_and_control_characters_are_told_once() {
    let bytes =
        b"^SAMPLE = GSM1\n!Sample_title = 5 \xb5M\n!Sample_x = \x80 \xe9\n!Sample_y = a\0b\x07\n!Sample_z = \xc2\xb5\n";
    let (result, keep) = read_bytes("x.soft", bytes);
    assert_eq!(result.expect("reads").warnings_total, 2);
    let values: Vec<&str> = keep.entities[0].attributes.iter().map(|one| one.value.as_str()).collect();
    assert_eq!(values, ["5 µM", "€ é", "a\u{fffd}b\u{fffd}", "µ"]);
    let warning = keep.warned("not UTF-8").expect("a warning");
    assert_eq!(
        (warning.line, warning.done.as_str()),
        (2, "read the line as Windows-1252 (2 lines, this is the first)")
    );
    assert_eq!(keep.warned("control characters").map(|w| w.line), Some(4));
}

#[test]
fn marks_cases_and_line_ends_do_not_matter() {
    let plain = soft(GSM).1;
    let windows = soft(&GSM.replace('\n', "\r\n")).1;
    assert_eq!(windows, plain);
    let lower = soft(&GSM.replace("^SAMPLE = ", "^sample=")).1;
    assert_eq!(lower, plain);
    let marked = soft(&format!("\u{feff}{GSM}")).1;
    assert_eq!(marked.entities, plain.entities);
    assert_eq!(marked.warned("byte order mark").map(|w| w.severity), Some(Severity::Note));
    let unended = soft(GSM.trim_end()).1;
    assert_eq!(unended, plain);
}

#[test]
fn odd_keys_and_values_are_kept_as_said() {
    let text = "^SAMPLE = GSM1\n!Sample_title = a = b\n!Sample_title =\n!Sample_empty\n!Sample_title = a = b\n!Sample_zip/postal_code =  x  \n";
    let (_, keep) = soft(text);
    let said: Vec<(&str, &str)> =
        keep.entities[0].attributes.iter().map(|one| (one.key.as_str(), one.value.as_str())).collect();
    let title = ("Sample_title", "a = b");
    assert_eq!(said, [title, ("Sample_title", ""), ("Sample_empty", ""), title, ("Sample_zip/postal_code", "x")]);
    assert_eq!(told(&keep), ["line 4: A key without value; expected !Key = value; kept the key with an empty value"]);
}

#[test]
fn repeated_and_missing_accessions_are_told() {
    let (report, keep) = soft(
        "^SAMPLE = GSM1\n!Sample_a = 1\n^SAMPLE = GSM1\n!Sample_b = 2\n^SAMPLE\n!Sample_geo_accession = GSM3\n^SAMPLE =\n!Sample_c = 3\n",
    );
    assert_eq!(report.samples, 3);
    let names: Vec<(&str, bool)> = keep.entities.iter().map(|e| (e.accession.as_str(), e.continued)).collect();
    assert_eq!(names, [("GSM1", false), ("GSM1", true), ("GSM3", false), ("sample-at-line-7", false)]);
    assert_eq!(keep.warned("comes again").map(|w| w.line), Some(3));
    assert_eq!(keep.warned("without accession").map(|w| w.line), Some(7));
}

#[test]
fn paths_in_names_stay_text() {
    let (result, keep) = read_bytes("../../x", b"^SERIES = ../../etc/passwd\n!Series_title = a\n");
    assert_eq!((result.expect("reads").entities, keep.entities[0].accession.as_str()), (1, "../../etc/passwd"));
    assert_eq!(file_name("../../x"), "x");
    assert_eq!(file_name("C:\\data\\a\u{0}\u{7}.soft"), "a.soft");
    assert_eq!(file_name("../.."), "unnamed");
    assert_eq!(open("/a/../x.soft", &b""[..], &Limits::default()).expect("opens").name(), "x.soft");
}

#[test]
fn what_is_no_text_gets_a_remedy() {
    let cases: [(&[u8], &str, &str); 13] = [
        (b"PK\x03\x04rest", "zip", "unpack"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1rest", "Excel", "CSV"),
        (b"%PDF-1.7", "PDF", "SOFT"),
        (b"<!DOCTYPE html><html>", "web page", "browser"),
        (b"<?xml version=\"1.0\"?><MINiML>", "XML", "SOFT family file"),
        (b"BZh91AY", "bzip2", "bunzip2"),
        (b"\x89HDF\r\n", "HDF5", "SOFT"),
        (b"{\"a\": 1}", "JSON", "SOFT"),
        (b"\xff\xfea\0\n\0", "UTF-16", "iconv"),
        (b"a\0c\0c\0e\0s\0s\0\n\0", "UTF-16", "iconv"),
        (b"\x01\x02\x00\x00\x00\x05", "binary", "SOFT"),
        (b"  \n\n", "empty", "whole"),
        (b"a,b\rc,d\r", "old Macintoshes", "line ends"),
    ];
    for (bytes, why, remedy) in cases {
        let error = read_bytes("x", bytes).0.expect_err("no text").to_string();
        assert!(error.contains(why) && error.contains(remedy), "{error}");
        let packed = read_bytes("x.gz", &gzip(bytes)).0.expect_err("no text").to_string();
        assert_eq!(packed, error);
    }
    let twice = read_bytes("x.gz", &gzip(&gzip(GSM.as_bytes()))).0.expect_err("twice").to_string();
    assert!(twice.contains("twice"), "{twice}");
    let error = read_bytes("x.txt", b"just a letter\nto a friend\n").0.expect_err("prose");
    assert!(matches!(error.cause, Cause::Unsupported), "{error}");
}

#[test]
fn warnings_beyond_the_limit_are_counted() {
    let limits = Limits { max_warnings: 3, ..Limits::default() };
    let text: String = (0..50).map(|n| format!("^SAMPLE = GSM{n}\n!Sample_data_row_count = 9\n")).collect();
    let (result, keep) = read_with("x.soft", text.as_bytes(), &limits);
    assert_eq!((result.expect("reads").warnings_total, keep.warnings.len()), (50, 3));
}

#[test]
fn a_matrix_that_contradicts_itself_is_told() {
    let matrix = "!Series_geo_accession\t\"GSE1\"\n!Sample_geo_accession\t\"GSM1\"\t\"GSM2\"\n\
                  !Sample_title\t\"a \"\"b\"\"\"\n!Sample_data_row_count\t\"3\"\t\"3\"\n\
                  !series_matrix_table_begin\n\"ID_REF\"\t\"GSM1\"\t\"GSM3\"\n\"f\"\t1\n\"g\"\t1\t2\t3\n";
    let (result, keep) = read_bytes("x_series_matrix.txt", matrix.as_bytes());
    assert_eq!(result.expect("reads").samples, 2);
    assert_eq!(keep.of(EntityKind::Sample)[0].title(), Some("a \"b\""));
    assert_eq!(keep.of(EntityKind::Sample)[1].title(), None);
    let lines: Vec<(u64, &str)> = keep.warnings.iter().map(|w| (w.line, &w.what[..12])).collect();
    let expected = [
        (6, "The matrix n"),
        (3, "\"Sample_titl"),
        (8, "The file end"),
        (7, "A row with f"),
        (8, "A row with m"),
        (4, "Fewer rows t"),
    ];
    assert_eq!(lines, expected);
    assert_eq!(keep.tables[0].rows, [["f", "1", ""], ["g", "1", "2"]]);
}

#[test]
fn samples_that_only_the_matrix_names_are_kept_with_its_line() {
    let matrix = "!Series_geo_accession\t\"GSE1\"\n!series_matrix_table_begin\n\
                  \"ID_REF\"\t\"GSM1\"\t\"\"\t\"GSM1\"\n\"f\"\t1\t2\t3\n!series_matrix_table_end\n";
    let (result, keep) = read_bytes("x_series_matrix.txt", matrix.as_bytes());
    assert_eq!(result.expect("reads").samples, 2);
    let names: Vec<(&str, u64, bool)> =
        keep.of(EntityKind::Sample).iter().map(|e| (e.accession.as_str(), e.line, e.continued)).collect();
    assert_eq!(names, [("GSM1", 3, false), ("sample-at-column-3", 3, false), ("GSM1", 3, true)]);
    assert!(keep.warnings.iter().all(|warning| warning.line == 3) && keep.warnings.len() == 3, "{:?}", keep.warnings);
}

/// Stops at the first row.
struct Stopping(Option<Stop>);

impl Sink for Stopping {
    fn entity(&mut self, _: Entity) -> Flow {
        ControlFlow::Continue(())
    }
    fn table(&mut self, _: &TableOf, _: &[Column]) -> Flow {
        ControlFlow::Continue(())
    }
    fn row(&mut self, _: &[&str]) -> Flow {
        self.0.take().map_or(ControlFlow::Continue(()), ControlFlow::Break)
    }
    fn table_end(&mut self, _: u64) -> Flow {
        panic!("after the stop")
    }
    fn warning(&mut self, _: Warning) {}
    fn progress(&mut self, _: u64, _: u64) -> Flow {
        ControlFlow::Continue(())
    }
}

#[test]
fn a_sink_stops_its_reader_and_gets_its_own_error_back() {
    let stopped = |stop| {
        let input = open("x", GSM.as_bytes(), &Limits::default()).expect("opens");
        read(&Kind::SoftFamily, input, &Limits::default(), &mut Stopping(Some(stop))).expect_err("stopped")
    };
    let cancelled = stopped(Stop::Cancelled);
    assert!(cancelled.is_cancelled() && cancelled.line == 8, "{cancelled}");
    let failed = stopped(Stop::Failed("the disk is full".into()));
    assert!(!failed.is_cancelled() && failed.to_string().contains("the disk is full"), "{failed}");
    assert!(std::error::Error::source(&failed).is_some());
}
