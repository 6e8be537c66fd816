//! What a source says belongs together: kind and target as written, followed to what the reader may see.

use super::sql::{datasets, samples};
use crate::Db;
use chorale_model::catalog::Relation;
use chorale_model::{Fault, OrganizationId, SampleId};

/// A SuperSeries may name hundreds of parts; beyond this many, relations are shown without links.
const FOLLOWED: usize = 300;

pub async fn resolve(
    db: &Db,
    organization: OrganizationId,
    said: Vec<(String, String)>,
) -> Result<Vec<Relation>, Fault> {
    let mut relations = Vec::with_capacity(said.len());
    for (place, (kind, target)) in said.into_iter().enumerate() {
        let mut relation = Relation { url: url_in(&target), kind, target, dataset: None, sample: None };
        if place < FOLLOWED {
            follow(db, organization, &mut relation).await?;
        }
        relations.push(relation);
    }
    Ok(relations)
}

async fn follow(db: &Db, organization: OrganizationId, relation: &mut Relation) -> Result<(), Fault> {
    let Some(accession) = accession_in(&relation.target) else { return Ok(()) };
    if accession.starts_with("GSE") {
        relation.dataset = datasets::find_by_accession(db, organization, accession, None).await?;
    } else {
        relation.sample = samples::find_by_accession(db, organization, accession).await?.map(SampleId);
    }
    Ok(())
}

/// `GSM1`, or the accession at the end of an address such as `…/biosample/SAMN1` or `…/sra?term=SRX1`.
fn accession_in(target: &str) -> Option<&str> {
    let last = target.rsplit(['/', '=', ' ']).find(|part| !part.is_empty())?;
    let letters = last.bytes().take_while(u8::is_ascii_uppercase).count();
    let digits = &last[letters..];
    ((2..=5).contains(&letters) && !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit())).then_some(last)
}

fn url_in(target: &str) -> Option<String> {
    (target.starts_with("https://") || target.starts_with("http://")).then(|| target.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_accession_is_found_at_the_end_of_an_address() {
        assert_eq!(accession_in("GSE11897"), Some("GSE11897"));
        assert_eq!(accession_in("https://www.ncbi.nlm.nih.gov/biosample/SAMN07282372"), Some("SAMN07282372"));
        assert_eq!(accession_in("https://www.ncbi.nlm.nih.gov/sra?term=SRX2969284"), Some("SRX2969284"));
        assert_eq!(accession_in("see the paper"), None);
        assert_eq!(accession_in(""), None);
    }
}
