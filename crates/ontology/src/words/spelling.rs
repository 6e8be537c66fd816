//! One spelling for a word and its plural, British or American. Rules are for comparing, not for reading: `aerobic`
//! becomes `erobic` and `exercise` `exercize` on both sides.

/// Normalizes the word that begins at `from` and ends the buffer. A short word in capitals is an acronym, and its S no
/// plural: AIDS, SARS.
pub fn normalize(buffer: &mut String, from: usize, is_upper: bool) {
    let word = &buffer.as_bytes()[from..];
    if word.len() < 4 || !word.is_ascii() {
        return;
    }
    let irregular = match word {
        b"mice" => "mouse",
        b"women" => "woman",
        b"children" => "child",
        b"teeth" => "tooth",
        b"feet" => "foot",
        b"grey" => "gray",
        b"haem" => "heme",
        b"mould" => "mold",
        _ => "",
    };
    if !irregular.is_empty() {
        buffer.truncate(from);
        buffer.push_str(irregular);
        return;
    }
    if word.len() > 4 || !is_upper {
        singular(buffer, from);
    }
    if may_be_british(&buffer.as_bytes()[from..]) {
        american(buffer, from);
    }
}

/// `biopsies` → `biopsy`, `cells` → `cell`, `metastases` → `metastasis`; `virus`, `sepsis` and `mass` stay.
fn singular(buffer: &mut String, from: usize) {
    let word = &buffer.as_bytes()[from..];
    let length = word.len();
    let ends = |endings: &[&str]| endings.iter().any(|ending| word.ends_with(ending.as_bytes()));
    let (cut, ending) = match word[length - 1] {
        b's' if ends(&["ss", "us", "is"]) || word.iter().any(u8::is_ascii_digit) => return,
        b's' if length > 4 && ends(&["ies"]) => (3, "y"),
        // Greek nouns: analyses, diagnoses, syntheses; not diseases and kinases.
        b's' if length > 6 && ends(&["stases", "noses", "lyses", "theses", "choses"]) => (2, "is"),
        // `viruses` and `fetuses`, not `causes`.
        b's' if length > 6 && ends(&["ruses", "tuses", "nuses", "muses"]) => (2, ""),
        // `patches`, not `headaches`.
        b's' if ends(&["sses", "xes", "ches", "shes"]) && !ends(&["aches"]) => (2, ""),
        b's' => (1, ""),
        // Latin ones: vertebrae, bronchi, epithelia.
        b'e' if length > 4 && ends(&["ae"]) => (1, ""),
        b'i' if length > 4 && ends(&["uli", "oli", "chi", "lei", "lli", "mbi", "ngi"]) => (1, "us"),
        b'a' if length > 6 && ends(&["elia", "eria"]) => (1, "um"),
        _ => return,
    };
    buffer.truncate(from + length - cut);
    buffer.push_str(ending);
}

/// A glance that spares most words the comparisons.
fn may_be_british(word: &[u8]) -> bool {
    word.windows(2).any(|pair| {
        matches!(
            pair,
            [b'a' | b'o', b'e'] | [b'o', b'u'] | [b'p', b'h'] | [b'i' | b'y', b's'] | [b'l', b'l'] | [b'u', b'c']
        )
    }) || word.ends_with(b"re")
        || word.ends_with(b"ogue")
}

/// Latin digraphs (leukaemia, oesophagus), -our (tumour), -re (fibre), -ise and -yse, -ogue, doubled l, sulph- and leuc-.
fn american(buffer: &mut String, from: usize) {
    let mut word = buffer.split_off(from);
    for (british, american) in [
        ("ae", "e"),
        ("oe", "e"),
        ("tumour", "tumor"),
        ("colour", "color"),
        ("behaviour", "behavior"),
        ("labour", "labor"),
        ("odour", "odor"),
        ("vapour", "vapor"),
        ("flavour", "flavor"),
        ("neighbour", "neighbor"),
        ("sulph", "sulf"),
    ] {
        if word.contains(british) {
            word = word.replace(british, american);
        }
    }
    if word.starts_with("leuc") {
        word.replace_range(3..4, "k");
    }
    let length = word.len();
    for (least, british, american) in [
        (5, "tre", "ter"),
        (5, "bre", "ber"),
        (7, "ise", "ize"),
        (7, "ised", "ized"),
        (8, "ising", "izing"),
        (8, "isation", "ization"),
        (7, "yse", "yze"),
        (7, "ysed", "yzed"),
        (8, "ysing", "yzing"),
        (7, "logue", "log"),
        (8, "elled", "eled"),
        (8, "elling", "eling"),
        (8, "alling", "aling"),
    ] {
        if length >= least && word.ends_with(british) {
            word.truncate(length - british.len());
            word.push_str(american);
            break;
        }
    }
    buffer.push_str(&word);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(word: &str) -> String {
        let mut buffer = word.to_lowercase();
        let is_upper = word.chars().all(char::is_uppercase);
        normalize(&mut buffer, 0, is_upper);
        buffer
    }

    #[test]
    fn spellings_of_one_word_are_one() {
        for same in [
            &["tumour", "tumours", "tumor", "tumors"][..],
            &["leukaemia", "leukaemias", "leukemia"],
            &["oesophagus", "esophagus"],
            &["haemoglobin", "hemoglobin"],
            &["anaemia", "anemia"],
            &["diarrhoea", "diarrhea"],
            &["foetus", "foetuses", "fetuses", "fetus"],
            &["oedema", "edema"],
            &["coeliac", "celiac"],
            &["faeces", "feces"],
            &["fibres", "fibre", "fiber", "fibers"],
            &["goitre", "goiter"],
            &["centre", "center"],
            &["immortalised", "immortalized"],
            &["generalised", "generalized"],
            &["hybridisation", "hybridization"],
            &["analogue", "analogues", "analogs"],
            &["labelled", "labeled"],
            &["signalling", "signaling"],
            &["sulphate", "sulfate"],
            &["leucocytes", "leukocyte"],
            &["grey", "gray"],
            &["biopsies", "biopsy"],
            &["viruses", "virus"],
            &["metastases", "metastasis"],
            &["diagnoses", "diagnosis"],
            &["diseases", "disease"],
            &["kinases", "kinase"],
            &["causes", "cause"],
            &["headaches", "headache"],
            &["patches", "patch"],
            &["vertebrae", "vertebra"],
            &["bronchi", "bronchus"],
            &["nuclei", "nucleus"],
            &["epithelia", "epithelium"],
            &["bacteria", "bacterium"],
            &["women", "woman"],
            &["mice", "mouse"],
            &["masses", "mass"],
        ] {
            let plain: Vec<String> = same.iter().map(|word| plain(word)).collect();
            assert!(plain.iter().all(|word| *word == plain[0]), "{same:?}: {plain:?}");
        }
    }

    #[test]
    fn different_words_stay_different() {
        for (one, other) in [("AIDS", "aid"), ("SARS", "sar"), ("sepsis", "sepsi"), ("mass", "mas"), ("virus", "viru")]
        {
            assert_ne!(plain(one), plain(other));
        }
    }
}
