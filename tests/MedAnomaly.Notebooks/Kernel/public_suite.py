"""The public test suite for Jupyter kernels (jupyter_kernel_test), with samples for every test, so that none is skipped."""
import unittest

import jupyter_kernel_test


class PublicSuite(jupyter_kernel_test.KernelTests):
    kernel_name = "medanomaly"
    language_name = "C#"
    file_extension = ".cs"
    code_hello_world = 'Console.WriteLine("hello, world");'
    code_stderr = 'Console.Error.WriteLine("trouble");'
    completion_samples = [
        {"text": "Console.WriteL", "matches": ["WriteLine"]},
        {"text": "Math.Sq", "matches": ["Sqrt"]},
        {"text": "#!ti", "matches": ["#!time"]},
    ]
    complete_code_samples = ["", "1 + 1", "var x = 1;", "int Twice(int x) => 2 * x;", "for (var i = 0; i < 3; i++) { }", "// a note", "#!time\n1"]
    incomplete_code_samples = ["Console.WriteLine(", "for (var i = 0; i < 3; i++) {", "if (true)\n{", 'var text = @"open', "/* open", "class A {"]
    invalid_code_samples = ["}}", "int 1x = 3;", "var = ) 3;"]
    code_page_something = "Console.WriteLine?"
    code_generate_error = 'throw new InvalidOperationException("on purpose");'
    code_execute_result = [
        {"code": "6 * 7", "result": "42"},
        {"code": '"a" + "b"', "result": "ab"},
        {"code": "new[] { 1.5, 2 }", "result": "[1.5, 2]"},
        {"code": "new[] { new { A = 1 } }", "mime": "text/html"},
    ]
    code_display_data = [
        {"code": 'display(HTML("<b>x</b>"));', "mime": "text/html"},
        {"code": 'display(Markdown("**x**"));', "mime": "text/markdown"},
        {"code": "display(PNG(new byte[] { 1 }));", "mime": "image/png"},
        {"code": 'Chart.Line(new[] { 1, 2 }, new[] { 3, 4 }).Display();', "mime": "application/vnd.plotly.v1+json"},
    ]
    code_history_pattern = "6 * 7"
    supported_history_operations = ("tail", "range", "search")
    code_inspect_sample = "Console.WriteLine"
    code_clear_output = "clear();"


# Newer versions of the suite also test the greeting.
if hasattr(jupyter_kernel_test, "IopubWelcomeTests"):

    class PublicWelcome(jupyter_kernel_test.IopubWelcomeTests):
        kernel_name = "medanomaly"
        support_iopub_welcome = True


if __name__ == "__main__":
    unittest.main(verbosity=2)
