"""Makes the images that Java's own image library cannot write: /usr/bin/python3 make-images.py (needs Debian's python3-pil)."""
import os
from PIL import Image

here = os.path.dirname(os.path.abspath(__file__))

# Left half red, right half blue; in ink, that is magenta with yellow, and cyan with magenta.
cmyk = Image.new("CMYK", (64, 48), (0, 255, 255, 0))
cmyk.paste((255, 255, 0, 0), (32, 0, 64, 48))
cmyk.save(os.path.join(here, "cmyk.jpg"), quality=90)

# Upper half white, lower half black as stored; EXIF says that the stored top is the right side of the scene.
lying = Image.new("RGB", (64, 32), (0, 0, 0))
lying.paste((255, 255, 255), (0, 0, 64, 16))
exif = Image.Exif()
exif[0x0112] = 6
lying.save(os.path.join(here, "exif-rotated.jpg"), quality=90, exif=exif)

# 16 bits a channel: a grey ramp from 0 to 65535.
deep = Image.new("I;16", (64, 48))
deep.putdata([x * 65535 // 63 for y in range(48) for x in range(64)])
deep.save(os.path.join(here, "16-bit.png"))

# A smooth picture, and what Python's imaging library makes of it for evaluation at image size 56: shorter side to 64
# with its antialiased bilinear filter, middle 56x56; every eighth pixel of it.
picture = Image.new("RGB", (200, 150))
picture.putdata([(x, y, (x + y) // 2) for y in range(150) for x in range(200)])
picture.save(os.path.join(here, "ramp.png"))
resized = picture.resize((int(64 * 200 / 150), 64), Image.BILINEAR)
left = (resized.width - 56) // 2
top = (resized.height - 56) // 2
middle = resized.crop((left, top, left + 56, top + 56))
with open(os.path.join(here, "ramp-evaluated.csv"), "w") as out:
    out.write("x,y,red,green,blue\n")
    for y in range(0, 56, 8):
        for x in range(0, 56, 8):
            out.write("%d,%d,%d,%d,%d\n" % ((x, y) + middle.getpixel((x, y))))
