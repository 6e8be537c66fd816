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

/// Where the family file of a series lies below the base address.
pub fn family(accession: &str) -> String {
    format!("{}/soft/{accession}_family.soft.gz", series(accession))
}

/// The folder of its matrices: one file, or one to each platform.
pub fn matrices(accession: &str) -> String {
    format!("{}/matrix", series(accession))
}

/// The name of the matrix of a series that was measured on one platform.
pub fn matrix(accession: &str) -> String {
    format!("{accession}{MATRIX}")
}

fn series(accession: &str) -> String {
    let digits = &accession[3..];
    let folder = &digits[..digits.len().saturating_sub(3)];
    format!("series/GSE{folder}nnn/{accession}")
}

const MATRIX: &str = "_series_matrix.txt.gz";

/// The matrices of a series that a listing of their folder names (a web server's page, or file names), each once.
pub fn matrices_in(accession: &str, listing: &str) -> Vec<String> {
    let platform = format!("{accession}-GPL");
    let name = |(at, _): (usize, &str)| {
        let digits: String = listing[at + platform.len()..].chars().take_while(char::is_ascii_digit).take(9).collect();
        let whole = listing[at + platform.len() + digits.len()..].starts_with(MATRIX);
        (whole && !digits.is_empty()).then(|| format!("{platform}{digits}{MATRIX}"))
    };
    let mut names: Vec<String> = listing.match_indices(&platform).filter_map(name).collect();
    names.sort();
    names.dedup();
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_series_lies_in_the_folder_of_its_thousand() {
        assert_eq!(family("GSE6344"), "series/GSE6nnn/GSE6344/soft/GSE6344_family.soft.gz");
        assert_eq!(family("GSE18"), "series/GSEnnn/GSE18/soft/GSE18_family.soft.gz");
        assert_eq!(matrices("GSE105845"), "series/GSE105nnn/GSE105845/matrix");
        assert_eq!(matrix("GSE105845"), "GSE105845_series_matrix.txt.gz");
    }

    #[test]
    fn a_listing_names_the_matrices_of_its_series_alone() {
        let page = "<a href=\"GSE1-GPL97_series_matrix.txt.gz\">GSE1-GPL97_series_matrix.txt.gz</a>\n\
                    <a href=\"GSE1-GPL96_series_matrix.txt.gz\">…</a> GSE11-GPL5_series_matrix.txt.gz \
                    GSE1-GPL_series_matrix.txt.gz GSE1-GPL9/../../x GSE1-GPL8_series_matrix.txt";
        assert_eq!(matrices_in("GSE1", page), ["GSE1-GPL96_series_matrix.txt.gz", "GSE1-GPL97_series_matrix.txt.gz"]);
        assert_eq!(matrices_in("GSE2", page), [""; 0]);
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
