"""tmp"""
from marketplace.media.illustrations import scenes, scenery, still_lifes
from marketplace.media.illustrations.palette import PALETTES
from marketplace.media.illustrations.stage import Dice, Stage
from marketplace.media.illustrations.photograph import rasterise
MOODS=tuple(PALETTES)
T={k:getattr(scenes,k) for k in "lotus_pond terraced_rice tea_hill memorial_hall valley waterfall old_street boardwalk".split()}
S={k:getattr(still_lifes,k) for k in "lotus_seed rice tea lotus_root camellia_oil honey vegetables seedlings lotus_flower".split()}
KINDS=tuple(T)+tuple(S)+('hero',)
def render(kind,seed,mood='noon',*,width=None,height=None):
    w,h=(1200,400) if kind=='hero' else (800,600)
    st=Stage(w,h,mood,PALETTES[mood],Dice(kind,seed))
    f=(scenes.hero if kind=='hero' else {**T,**S}[kind])(st)
    if mood=='rain' and kind not in S: f.append(scenery.rain(st))
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {w} {h}" width="{w}" height="{h}">'+"".join(f)+'</svg>'
