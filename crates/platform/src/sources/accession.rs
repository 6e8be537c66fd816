//! Accessions that can be fetched, and where GEO's folder layout keeps their files.

use chorale_model::Fault;

/// `gse6344` as GSE6344; anything else is refused with what to write instead.
pub fn parse(said: &str) -> Result<String, Fault> {
    let accession = said.trim().to_ascii_uppercase();
    let refuse = |message: String| Err(Fault::field("accessions", message));
    let shown: String = said.trim().chars().take(40).collect();
    let Some((kind, digits)) = accession.split_at_checked(3) else {
        return refuse(format!("\"{shown}\" is no accession; write a GEO series such as GSE6344"));
    };
    let number =
        (1..=9).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit()) && !digits.starts_with('0');
    match kind {
        "GSE" if number => Ok(accession),
        "GSM" if number => {
            refuse(format!("{accession} is a sample; GEO keeps samples in the file of their series: name that (GSE…)"))
        }
        "GPL" if number => refuse(format!("{accession} is a platform; name a series that was measured on it (GSE…)")),
        "GDS" if number => refuse(format!("{accession} is a curated set of a series' samples; name the series (GSE…)")),
        _ => refuse(format!("\"{shown}\" is no accession; write a GEO series such as GSE6344")),
    }
}

/// Where the files of a series lie below the base address, the best first.
pub fn paths(accession: &str) -> [String; 2] {
    let digits = &accession[3..];
    let folder = &digits[..digits.len().saturating_sub(3)];
    let series = format!("series/GSE{folder}nnn/{accession}");
    [format!("{series}/soft/{accession}_family.soft.gz"), format!("{series}/matrix/{accession}_series_matrix.txt.gz")]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_series_lies_in_the_folder_of_its_thousand() {
        assert_eq!(paths("GSE6344")[0], "series/GSE6nnn/GSE6344/soft/GSE6344_family.soft.gz");
        assert_eq!(paths("GSE18")[0], "series/GSEnnn/GSE18/soft/GSE18_family.soft.gz");
        assert_eq!(paths("GSE105845")[1], "series/GSE105nnn/GSE105845/matrix/GSE105845_series_matrix.txt.gz");
    }

    #[test]
    fn what_is_no_series_is_named_in_the_refusal() {
        assert_eq!(parse(" gse18 ").unwrap(), "GSE18");
        for bad in ["", "GSE", "GSE1x", "../../etc", "http://127.0.0.1/", "GSE0", "GSE1234567890", "ÄÖÜ1"] {
            let fault = parse(bad).unwrap_err();
            assert!(fault.message.contains(&format!("\"{bad}\"")), "{fault}");
        }
        assert!(parse("GSM11805").unwrap_err().message.contains("GSM11805 is a sample"));
    }
}
