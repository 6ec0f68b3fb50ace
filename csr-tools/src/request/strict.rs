//! PEM as software writes it (RFC 7468 §3, "strict textual encoding").

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::{LABEL, RequestError};

/// Every line but the last has so many characters.
const COLUMNS: usize = 64;

/// Reads one block, with nothing around it, and lines that end in one way.
pub(super) fn decode(text: &[u8]) -> Result<Vec<u8>, RequestError> {
    let refuse = |line, problem| Err(RequestError::NotStrictPem { line, problem });
    let Ok(text) = str::from_utf8(text) else { return refuse(1, "it is not ASCII") };
    let end_of_line = if text.contains("\r\n") { "\r\n" } else { "\n" };
    let mut lines: Vec<&str> = text.split(end_of_line).collect();
    if lines.last() == Some(&"") {
        lines.pop();
    }
    let begin = lines.first().and_then(|line| label(line, "-----BEGIN "));
    if begin != Some(LABEL) {
        return refuse(1, "the first line must be -----BEGIN CERTIFICATE REQUEST-----");
    }
    let last = lines.len();
    if last < 3 || label(lines[last - 1], "-----END ") != Some(LABEL) {
        return refuse(last, "the last line must be -----END CERTIFICATE REQUEST-----");
    }

    let body = &lines[1..last - 1];
    let mut compact = String::with_capacity(body.len() * COLUMNS);
    for (index, line) in body.iter().enumerate() {
        let is_last = index + 1 == body.len();
        if line.is_empty() || line.len() > COLUMNS || (line.len() < COLUMNS && !is_last) {
            return refuse(index + 2, "every line but the last must have 64 characters");
        }
        compact.push_str(line);
    }
    match STANDARD.decode(&compact) {
        Ok(der) => Ok(der),
        Err(base64::DecodeError::InvalidByte(offset, _)) => {
            refuse(offset / COLUMNS + 2, "a character is not of base64")
        }
        Err(_) => refuse(last - 1, "the end of the base64 is not padded as it should be"),
    }
}

fn label<'a>(line: &'a str, start: &str) -> Option<&'a str> {
    line.strip_prefix(start)?.strip_suffix("-----")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pem;

    fn refused_at(text: &str) -> usize {
        match decode(text.as_bytes()).unwrap_err() {
            RequestError::NotStrictPem { line, .. } => line,
            other => panic!("{other}"),
        }
    }

    #[test]
    fn reads_what_this_crate_writes_with_either_line_end() {
        for length in [1, 47, 48, 49, 1000] {
            let der = vec![0xa5; length];
            let text = pem::encode(LABEL, &der);
            assert_eq!(decode(text.as_bytes()).unwrap(), der);
            assert_eq!(decode(text.replace('\n', "\r\n").as_bytes()).unwrap(), der);
            assert_eq!(decode(text.trim_end().as_bytes()).unwrap(), der);
        }
    }

    #[test]
    fn refuses_everything_else_and_says_where() {
        let text = pem::encode(LABEL, &[0xa5; 100]);
        let lines: Vec<&str> = text.lines().collect();
        for (changed, line) in [
            (format!("\u{feff}{}", *text), 1),
            (format!("Hello\n{}", *text), 1),
            (format!(" {}", *text), 1),
            (text.replace("BEGIN ", "BEGIN NEW "), 1),
            (text.replace("END ", "END NEW "), 5),
            (format!("{}\n", *text), 6),
            (format!("{}Regards", *text), 6),
            (text.replace(lines[1], &format!("{} ", lines[1])), 2),
            (text.replacen(lines[1], &lines[1][1..], 1), 2),
            (text.replace(lines[3], &format!("\n{}", lines[3])), 4),
            (text.replace(lines[3], &lines[3].replace('p', "!")), 4),
            (text.replace('=', ""), 4),
            (String::new(), 1),
            (format!("{}\n{}\n", lines[0], lines[4]), 2),
        ] {
            assert_eq!(refused_at(&changed), line, "{changed}");
        }
    }
}
