//! Characters given by their place in a symbol font, as far as laws and their forms use them (ECMA-376 part 1,
//! 17.3.3.30): Word keeps the place, not the character.

/// What a `w:sym` shows; `None` where that is not known.
pub(crate) fn symbol(font: Option<&str>, code: Option<&str>) -> Option<char> {
    let code = u32::from_str_radix(code?, 16).ok()?;
    if !(0xf000..=0xf0ff).contains(&code) {
        return char::from_u32(code).filter(|ch| !ch.is_control());
    }
    let font = font?;
    let place = code - 0xf000;
    if font.eq_ignore_ascii_case("Symbol") {
        greek(place)
    } else if font.eq_ignore_ascii_case("Wingdings") {
        wingdings(place)
    } else if font.eq_ignore_ascii_case("Wingdings 2") {
        wingdings_2(place)
    } else {
        None
    }
}

fn greek(place: u32) -> Option<char> {
    Some(match place {
        0xb3 => '≥',
        0xa3 => '≤',
        0xb1 => '±',
        0xb4 => '×',
        0xb8 => '÷',
        0xb0 => '°',
        0xb7 => '•',
        0xb9 => '≠',
        0xbb => '≈',
        0xae => '→',
        0xa5 => '∞',
        0x44 => 'Δ',
        0x53 => 'Σ',
        0x57 => 'Ω',
        0x61 => 'α',
        0x62 => 'β',
        0x67 => 'γ',
        0x64 => 'δ',
        0x6c => 'λ',
        0x6d => 'μ',
        0x70 => 'π',
        0x73 => 'σ',
        0x6a => 'φ',
        // Digits and plain signs stand where ASCII has them.
        0x20 | 0x21 | 0x23 | 0x25 | 0x26 | 0x28..=0x2c | 0x2e..=0x3f | 0x2d | 0x5b | 0x5d | 0x7b..=0x7d => {
            char::from_u32(place)?
        }
        _ => return None,
    })
}

/// Boxes to tick, bullets and arrows of forms.
fn wingdings(place: u32) -> Option<char> {
    Some(match place {
        0x6f | 0x70 | 0x71 | 0x72 | 0xa8 => '☐',
        0xfe => '☑',
        0xfd | 0x78 => '☒',
        0xfc => '✓',
        0xfb => '✗',
        0x6c | 0x9f | 0x9e => '•',
        0x6e | 0xa7 => '▪',
        0xe0 | 0xf0 | 0xe8 => '→',
        0x76 | 0xd8 => '❖',
        _ => return None,
    })
}

fn wingdings_2(place: u32) -> Option<char> {
    Some(match place {
        0xa3 | 0x2a | 0x30 => '☐',
        0x52 | 0x53 => '☑',
        0x54 | 0x55 => '☒',
        0x50 => '✓',
        0x4f | 0x51 => '✗',
        _ => return None,
    })
}
