"""Why a whole file is refused, before any of its rows is judged."""

from marketplace.kernel.errors import Refusal
from marketplace.kernel.words import N_


class RegisterRefused(Refusal):
    """The file as a whole can't be taken for a household register."""

    code = "register"
    message = N_("This file can't be read as a household register.")
    status = 400


class EmptyFile(RegisterRefused):
    """Nothing in it."""

    code = "empty_file"
    message = N_("This file is empty (0 bytes). Save it again and choose the new file.")


class FileTooLarge(RegisterRefused):
    """More bytes than any county's register needs."""

    code = "file_too_large"
    message = N_("This file has %(megabytes)d MB; up to %(limit)d MB are possible. Remove pictures and other sheets.")


class OldWorkbook(RegisterRefused):
    """The binary format of before 2007."""

    code = "old_workbook"
    message = N_("This is an old .xls workbook. Open it in Excel or WPS, save it as .xlsx and import that file.")


class EncryptedWorkbook(RegisterRefused):
    """Protected by a password."""

    code = "encrypted_workbook"
    message = N_("This workbook is protected by a password. Remove the password and save it again.")


class NotAWorkbook(RegisterRefused):
    """Some other kind of file under the name of a workbook."""

    code = "not_a_workbook"
    message = N_("This is not an .xlsx workbook, whatever its name says. Open it in Excel or WPS and save it as .xlsx.")


class DamagedWorkbook(RegisterRefused):
    """A workbook whose parts can't be read."""

    code = "damaged_workbook"
    message = N_("This workbook is damaged and can't be read. Open it in Excel or WPS and save it again.")


class UnsafeWorkbook(RegisterRefused):
    """Built to exhaust whoever opens it, or carrying XML declarations that workbooks never carry."""

    code = "unsafe_workbook"
    message = N_("This file is not an ordinary workbook: unpacked it would be far too large, or it carries unsafe parts.")


class NoSheet(RegisterRefused):
    """A workbook without a worksheet."""

    code = "no_sheet"
    message = N_("This workbook has no worksheet.")


class MissingHeader(RegisterRefused):
    """No row contains the heading that marks the header."""

    code = "missing_header"
    message = N_("No row contains the heading %(heading)s, so the columns can't be recognised.")


class MissingHeadings(RegisterRefused):
    """The header lacks columns that every register must have."""

    code = "missing_headings"
    message = N_("Row %(row)d lacks these headings: %(headings)s.")


class MergedHeader(RegisterRefused):
    """Merged cells hide which column a heading belongs to."""

    code = "merged_header"
    message = N_("Header cells on row %(row)d are merged (%(cells)s). Split them, so that each column has one heading.")


class DuplicateHeadings(RegisterRefused):
    """Two columns under one heading: there is no telling which one is meant."""

    code = "duplicate_headings"
    message = N_("Row %(row)d has these headings more than once: %(headings)s.")


class TooManyRows(RegisterRefused):
    """More rows than a county has people on its register."""

    code = "too_many_rows"
    message = N_(
        "This sheet has more than %(limit)d rows. Delete the empty rows below the table, or import it in parts by township."
    )
