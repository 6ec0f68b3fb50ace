//! Lists that come page by page.

use certum_api::types::{ResponseError, ResponseHeader};

use crate::validate::refusal;

/// The last page that can be asked for.
const MAX_PAGES: usize = 100;

/// Which part of a list an answer holds.
pub(super) struct Page {
    number: usize,
    count: usize,
    on_it: usize,
}

impl Page {
    pub(super) fn tell(&self, header: &mut ResponseHeader) {
        let number = |number: usize| i64::try_from(number).ok();
        header.current_page = number(self.number);
        header.pages_count = number(self.count);
        header.return_count = number(self.on_it);
    }
}

/// Cuts the wanted page out of everything that was found. An empty list has one page, which is empty.
///
/// The Partner API numbers pages from 1 to 100. A list that is longer than those can hold has to be asked for in
/// parts: `too_wide` is the range to tell then. Where there is none, pages are as long as they have to be.
pub(super) fn cut<T: Copy>(
    found: &[T],
    number: u32,
    page_length: usize,
    too_wide: Option<String>,
) -> Result<(Vec<T>, Page), Vec<ResponseError>> {
    let number = usize::try_from(number).unwrap_or(usize::MAX).max(1);
    let mut page_length = page_length.max(1);
    if found.len() > MAX_PAGES.saturating_mul(page_length) {
        match too_wide {
            Some(range) => return Err(refusal(1154, range)),
            None => page_length = found.len().div_ceil(MAX_PAGES),
        }
    }
    let count = found.len().div_ceil(page_length).max(1);
    if number > count {
        return Err(refusal(1155, number.to_string()));
    }
    let items: Vec<T> = found.iter().skip((number - 1) * page_length).take(page_length).copied().collect();
    let page = Page { number, count, on_it: items.len() };
    Ok((items, page))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(length: usize, wanted: u32) -> Result<Vec<usize>, u32> {
        let found: Vec<usize> = (0..length).collect();
        match cut(&found, wanted, 10, Some("range".to_owned())) {
            Ok((items, _)) => Ok(items),
            Err(errors) => Err(errors[0].code.number()),
        }
    }

    #[test]
    fn cuts_pages_of_one_length_and_the_rest() {
        assert_eq!(page(25, 1), Ok((0..10).collect()));
        assert_eq!(page(25, 3), Ok((20..25).collect()));
        assert_eq!(page(0, 1), Ok(Vec::new()));
    }

    #[test]
    fn tells_a_page_that_is_not_there_from_a_list_that_is_too_long() {
        assert_eq!(page(25, 4), Err(1155));
        assert_eq!(page(1000, 100), Ok((990..1000).collect()));
        assert_eq!(page(1001, 1), Err(1154));
    }

    #[test]
    fn pages_are_longer_where_nothing_can_be_narrowed() {
        let found: Vec<usize> = (0..1001).collect();
        let (items, page) = cut(&found, 91, 10, None).unwrap();
        assert_eq!((items, page.count), ((990..1001).collect(), 91));
    }
}
