"""How pictures are refused, each reason by its name."""

from marketplace.kernel.errors import Refusal
from marketplace.kernel.words import N_


class PictureRefused(Refusal):
    """A file that will not become a picture here."""

    code = "picture"
    message = N_("This picture can't be used. Please take another.")
    status = 400


class PictureEmpty(PictureRefused):
    """Nothing was sent."""

    code = "picture_empty"
    message = N_("The picture is empty. Please take it again.")


class PictureTooHeavy(PictureRefused):
    """More bytes than a phone's camera makes."""

    code = "picture_too_heavy"
    message = N_("The picture is larger than %(megabytes)d MB. Please choose a smaller one.")
    status = 413


class PictureTooLarge(PictureRefused):
    """More pixels than we are willing to unpack: a bomb, or a poster."""

    code = "picture_too_large"
    message = N_("The picture has too many pixels. Please choose a smaller one.")


class PictureTooSmall(PictureRefused):
    """Too few pixels to show anybody."""

    code = "picture_too_small"
    message = N_("The picture is too small: it needs at least %(least)d pixels on each side.")


class PictureTooLong(PictureRefused):
    """A strip: what a phone makes of a whole page."""

    code = "picture_too_long"
    message = N_("The picture is too long and narrow: one side is more than %(ratio)d times the other. Please cut it.")


class PictureKind(PictureRefused):
    """Not one of the kinds on the list, whatever its name says."""

    code = "picture_kind"
    message = N_("Only photographs can be used: JPEG, PNG, WebP or HEIC.")


class PicturePolyglot(PictureRefused):
    """A picture that is an archive, a page or a program as well."""

    code = "picture_polyglot"
    message = N_("This file holds something else besides a picture. Please take the photograph anew.")


class PictureAnimated(PictureRefused):
    """More than one frame."""

    code = "picture_animated"
    message = N_("A moving picture can't be used. Please choose a photograph.")


class PictureDamaged(PictureRefused):
    """It begins like a picture and does not unpack."""

    code = "picture_damaged"
    message = N_("The picture is damaged. Please take it again.")
