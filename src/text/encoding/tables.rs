//! Single-byte tables: what each byte from 0x80 up stands for, and the few control bytes that serve as capitals.
//!
//! VISCII (RFC 1456) and TCVN 5712-1 as glibc's iconv has them, VPS as Mozilla's converter had it. U+FFFD is a byte without use.

/// A single-byte encoding: the upper half in order, and the letters among the control bytes.
pub(super) struct Table {
    pub(super) high: &'static str,
    pub(super) low: &'static [(u8, char)],
}

pub(super) const VISCII: Table = Table {
    high: "\
    ẠẮẰẶẤẦẨẬẼẸẾỀỂỄỆỐỒỔỖỘỢỚỜỞỊỎỌỈỦŨỤỲ\
    ÕắằặấầẩậẽẹếềểễệốồổỗỠƠộờởịỰỨỪỬơớƯ\
    ÀÁÂÃẢĂẳẵÈÉÊẺÌÍĨỳĐứÒÓÔạỷừửÙÚỹỵÝỡư\
    àáâãảăữẫèéêẻìíĩỉđựòóôõỏọụùúũủýợỮ",
    low: &[
        (0x02, 'Ẳ'),
        (0x05, 'Ẵ'),
        (0x06, 'Ẫ'),
        (0x14, 'Ỷ'),
        (0x19, 'Ỹ'),
        (0x1e, 'Ỵ'),
    ],
};

pub(super) const TCVN5712: Table = Table {
    high: "\
    ÀẢÃÁẠẶẬÈẺẼÉẸỆÌỈĨÍỊÒỎÕÓỌỘỜỞỠỚỢÙỦŨ\
    \u{a0}ĂÂÊÔƠƯĐăâêôơưđẰ\u{300}\u{309}\u{303}\u{301}\u{323}àảãáạẲằẳẵắẴ\
    ẮẦẨẪẤỀặầẩẫấậèỂẻẽéẹềểễếệìỉỄẾỒĩíịò\
    ỔỏõóọồổỗốộờởỡớợùỖủũúụừửữứựỳỷỹýỵỐ",
    low: &[
        (0x01, 'Ú'),
        (0x02, 'Ụ'),
        (0x04, 'Ừ'),
        (0x05, 'Ử'),
        (0x06, 'Ữ'),
        (0x11, 'Ứ'),
        (0x12, 'Ự'),
        (0x13, 'Ỳ'),
        (0x14, 'Ỷ'),
        (0x15, 'Ỹ'),
        (0x16, 'Ý'),
        (0x17, 'Ỵ'),
    ],
};

pub(super) const VPS: Table = Table {
    high: "\
    ÀẢÃẤẦẨọỗĂếềểệẮẰẲẾ‘’ỀỂỄỐỒỔỖýỷỵỚỜỞ\
    \u{a0}ắằẳẵặỠớÙờởỡŨỨợỪổỬỲỸÍÌộỈĨÓửữÒỎÕự\
    ầÁÂấẩẫậđẻÉÊẹỉễịỹƯỦồốÔỏơÈừứÚũưÝẺß\
    àáâãảạăçèéêẽìíîĩẴĐòóôõöƠụùúủüỶẼỳ",
    low: &[
        (0x02, 'Ạ'),
        (0x03, 'Ậ'),
        (0x04, 'Ặ'),
        (0x05, 'Ẹ'),
        (0x06, 'Ệ'),
        (0x10, 'Ị'),
        (0x11, 'Ọ'),
        (0x12, 'Ộ'),
        (0x13, 'Ợ'),
        (0x14, 'Ụ'),
        (0x15, 'Ự'),
        (0x19, 'Ỵ'),
        (0x1c, 'Ẫ'),
        (0x1d, 'Ữ'),
    ],
};
