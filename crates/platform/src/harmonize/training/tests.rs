use crate::db::tests::each_engine;
use crate::harmonize::{annotate, evaluate, train};
use crate::testing::{self, member_ctx};
use crate::{Ctx, ontologies};
use chorale_model::harmonize::{Annotate, AnnotateItem};
use chorale_model::{FaultKind, Role};
use std::io::Write;

const DISEASES: &str = "format-version: 1.2\nontology: mondo\n\n[Term]\nid: MONDO:0000001\nname: disease\n\n\
    [Term]\nid: MONDO:0002691\nname: liver cancer\nis_a: MONDO:0000001\n\n\
    [Term]\nid: MONDO:0005083\nname: psoriasis\nis_a: MONDO:0000001\n";
const ANATOMY: &str = "format-version: 1.2\nontology: uberon\n\n[Term]\nid: UBERON:0001062\nname: anatomical entity\n\n\
    [Term]\nid: UBERON:0002107\nname: liver\nis_a: UBERON:0001062\n\n\
    [Term]\nid: UBERON:0002097\nname: skin of body\nsynonym: \"skin\" EXACT []\nis_a: UBERON:0001062\n";

fn file(text: &str) -> tempfile::NamedTempFile {
    let mut file = tempfile::NamedTempFile::with_suffix(".obo").unwrap();
    file.write_all(text.as_bytes()).unwrap();
    file
}

/// Samples of forty series, which speak of a liver with cancer or of a skin with psoriasis, and what they are.
fn tables() -> (tempfile::NamedTempFile, tempfile::NamedTempFile) {
    let mut texts = "accession\ttitle\tcharacteristics_ch1\n".to_owned();
    let mut labels = "accession\tattribute\tterm_id\tsource\n".to_owned();
    for series in 0..40 {
        for sample in 0..6 {
            let number = series * 2_000 + sample;
            let [text, tissue, disease] = if (series + sample) % 2 == 0 {
                ["tissue: liver|disease: liver cancer", "UBERON:0002107", "MONDO:0002691"]
            } else {
                ["tissue: skin|disease: psoriasis", "UBERON:0002097", "MONDO:0005083"]
            };
            texts += &format!("GSM{number}\tbiopsy {sample} of series {series}\t{text}\n");
            labels += &format!("GSM{number}\ttissue\t{tissue}\tmade\nGSM{number}\tdisease\t{disease}\tmade\n");
        }
    }
    (file(&texts), file(&labels))
}

#[tokio::test]
async fn what_is_trained_is_promoted_judged_and_does_the_work() {
    for db in each_engine().await {
        let app = testing::deployment(db);
        let own = member_ctx(&app, testing::organization(&app, "own").await, Role::Admin).await;
        let (texts, labels) = tables();
        let early = train(&own, texts.path(), labels.path(), |_| {}).await.unwrap_err();
        assert_eq!(early.kind, FaultKind::Conflict, "{early}");
        let operator = Ctx::operator(app.clone(), None);
        for (name, text) in [("MONDO", DISEASES), ("UBERON", ANATOMY)] {
            ontologies::install_file(&operator, name, file(text).path()).await.unwrap();
        }
        ontologies::prepare(&app).await.unwrap();
        let version = train(&own, texts.path(), labels.path(), |_| {}).await.unwrap();
        assert_eq!((version.version, version.aliases.as_slice()), (1, ["champion".to_owned()].as_slice()));
        let metrics = &version.evaluations[0].metrics;
        let close = metrics.iter().find(|(name, _)| name == "made/tissue/close_f1").unwrap().1;
        assert!(close >= 0.9, "what every sample says outright is learned: {metrics:?}");

        let quality = evaluate(&own, texts.path(), labels.path()).await.unwrap();
        assert!(quality.version.starts_with("harmonize-1+"), "{}", quality.version);
        let tissue = quality.rows.iter().find(|row| row.field == "tissue").unwrap();
        assert_eq!((tissue.source.as_str(), tissue.samples), ("made", 240));
        assert!(tissue.close_f1 >= 0.9, "{tissue:?}");

        let item = AnnotateItem { id: 1.into(), text: Some("liver biopsy".into()), attributes: None, study: None };
        let answered = annotate(&own, Annotate { items: vec![item] }).await.unwrap();
        let found = answered.items[0].suggestions.iter().find(|one| one.field == "tissue").unwrap();
        assert_eq!((found.term.as_str(), found.version.as_str()), ("UBERON:0002107", quality.version.as_str()));
        let again = train(&own, texts.path(), labels.path(), |_| {}).await.unwrap();
        assert_eq!(again.artifacts[0].sha256, version.artifacts[0].sha256, "the same tables give the same annotator");
        let scientist = member_ctx(&app, own.scope.unwrap(), Role::Scientist).await;
        let refused = train(&scientist, texts.path(), labels.path(), |_| {}).await.unwrap_err();
        assert_eq!(refused.kind, FaultKind::Forbidden, "{refused}");
    }
}
