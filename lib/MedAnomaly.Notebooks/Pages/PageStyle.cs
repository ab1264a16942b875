namespace MedAnomaly.Notebooks.Pages;

/// <summary>How a page looks: a column of comfortable width, light or dark as the reader's system is, black on white on paper.</summary>
static class PageStyle
{
    public const string Css = """

        :root { --text: #1f2328; --dim: #59636e; --page: #ffffff; --code: #f6f8fa; --line: #d1d9e0; --link: #0969da;
          --k: #8250df; --s: #0a5c36; --n: #0550ae; --c: #59636e; --m: #953800; --t: #6639ba; --error: #fff1f0; --warn: #fdf6e3;
          --red: #b3261e; --green: #1a7f37; --yellow: #7d4e00; --blue: #0969da; --magenta: #8250df; --cyan: #0b6b74; }
        @media (prefers-color-scheme: dark) { :root { --text: #e6edf3; --dim: #9198a1; --page: #0d1117; --code: #161b22; --line: #3d444d; --link: #58a6ff;
          --k: #d2a8ff; --s: #7ee787; --n: #79c0ff; --c: #9198a1; --m: #ffa657; --t: #d2a8ff; --error: #2d1214; --warn: #272115;
          --red: #ff7b72; --green: #3fb950; --yellow: #d29922; --blue: #58a6ff; --magenta: #d2a8ff; --cyan: #39c5cf; } figure img { background: #ffffff; border-radius: 4px; } }
        * { box-sizing: border-box; }
        html { -webkit-text-size-adjust: 100%; }
        body { margin: 0; background: var(--page); color: var(--text); font: 17px/1.6 Charter, "Bitstream Charter", "Source Serif 4", Cambria, Georgia, serif; }
        main { max-width: 860px; margin: 0 auto; padding: 2.5rem 1.25rem 5rem; }
        h1, h2, h3, h4 { font-family: system-ui, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; line-height: 1.25; margin: 2em 0 .6em; }
        h1 { font-size: 2rem; margin-top: 0; } h2 { font-size: 1.45rem; border-bottom: 1px solid var(--line); padding-bottom: .25em; } h3 { font-size: 1.15rem; }
        p, ul, ol, dl, blockquote { margin: 0 0 1em; } a { color: var(--link); } blockquote { margin-left: 0; padding-left: 1em; border-left: 3px solid var(--line); color: var(--dim); }
        code, pre { font-family: ui-monospace, "SF Mono", "Cascadia Code", Menlo, Consolas, "DejaVu Sans Mono", monospace; font-size: .84em; }
        :not(pre) > code { background: var(--code); padding: .12em .35em; border-radius: 4px; }
        pre { margin: 0; padding: .75em 1em; overflow-x: auto; line-height: 1.5; tab-size: 4; }
        section { margin: 0 0 1.2rem; } section.code { position: relative; }
        pre.input { background: var(--code); border: 1px solid var(--line); border-radius: 6px; }
        .prompt { color: var(--dim); font: .75em/1 ui-monospace, Menlo, Consolas, monospace; margin-bottom: .3em; }
        summary { cursor: pointer; color: var(--dim); font-size: .85em; margin-bottom: .4em; }
        .output { margin-top: .5rem; overflow-x: auto; } .output pre { padding: .4em 1em; white-space: pre-wrap; overflow-wrap: anywhere; }
        pre.stderr { background: var(--warn); border-radius: 6px; } pre.error { background: var(--error); border-left: 3px solid var(--red); }
        pre.raw { color: var(--dim); border: 1px dashed var(--line); }
        figure { margin: 0; text-align: center; } figure img, .prose img { max-width: 100%; height: auto; }
        table { border-collapse: collapse; font: .86em/1.45 system-ui, "Segoe UI", Roboto, Arial, sans-serif; margin: .5em 0 1em; font-variant-numeric: tabular-nums; }
        th, td { padding: .35em .8em; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top; } thead th { border-bottom: 2px solid var(--line); }
        caption { caption-side: top; text-align: left; color: var(--dim); padding: .2em 0; }
        .k { color: var(--k); } .s { color: var(--s); } .n { color: var(--n); } .c { color: var(--c); font-style: italic; } .m { color: var(--m); } .t { color: var(--t); }
        .a-bold { font-weight: 600; } .a-dim { opacity: .7; } .a-c0 { color: var(--text); } .a-c1 { color: var(--red); } .a-c2 { color: var(--green); }
        .a-c3 { color: var(--yellow); } .a-c4 { color: var(--blue); } .a-c5 { color: var(--magenta); } .a-c6 { color: var(--cyan); } .a-c7 { color: var(--dim); }
        math { font-family: "Latin Modern Math", "STIX Two Math", "Cambria Math", "Libertinus Math", "DejaVu Math TeX Gyre", math; }
        .formula { overflow-x: auto; overflow-y: hidden; margin: 0 0 1em; padding: .2em 0; } .math-unknown { color: var(--red); font-family: ui-monospace, Menlo, Consolas, monospace; font-size: .84em; }
        @media (max-width: 600px) { body { font-size: 16px; } main { padding: 1.25rem .9rem 3rem; } }
        @media print { body { font-size: 11pt; background: #ffffff; color: #000000; } main { max-width: none; padding: 0; } pre { white-space: pre-wrap; } section, figure, tr { break-inside: avoid; } details > * { display: block; } }

        """;
}
