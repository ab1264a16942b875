using System.Text.Json.Nodes;
using MedAnomaly.Notebooks.Language;

namespace MedAnomaly.Notebooks.Running;

/// <summary>An editor's questions and their answers, on their way between the program and the session's process.</summary>
static class LanguageQuestion
{
    const string About = "about", Completion = "completion", Documentation = "inspection", Completeness = "completeness";

    public static JsonObject Complete(string code, int position) => Of(Completion, code, position);

    public static JsonObject Inspect(string code, int position, bool withSource)
    {
        var question = Of(Documentation, code, position);
        question["source"] = withSource;
        return question;
    }

    public static JsonObject Check(string code) => Of(Completeness, code, 0);

    public static CompletionList ToCompletions(JsonObject answer) => new(
        [.. answer["items"]!.AsArray().Select(item => new CompletionItem(Message.Text(item!.AsObject(), "text"), Message.Text(item.AsObject(), "kind")))],
        Message.Number(answer, "start"), Message.Number(answer, "end"));

    public static Inspection? ToInspection(JsonObject answer) =>
        answer["plain"] is null ? null : new(Message.Text(answer, "plain"), Message.Text(answer, "markdown"));

    public static CompletenessCheck ToCheck(JsonObject answer) =>
        new(Enum.Parse<Language.Completeness>(Message.Text(answer, "status")), Message.Text(answer, "indent"));

    /// <summary>Answers in the session's process.</summary>
    public static JsonObject Answer(LanguageService language, JsonObject question)
    {
        JsonObject answer;
        try
        {
            var (code, position) = (Message.Text(question, "code"), Message.Number(question, "position"));
            answer = Message.Text(question, About) switch
            {
                Completion => Of(language.Complete(code, position)),
                Documentation => Of(language.Inspect(code, position, question["source"]!.GetValue<bool>())),
                _ => Of(LanguageService.Check(code)),
            };
        }
        catch (Exception fault)
        {
            // Whoever asked waits: it must learn that the compiler stumbled.
            answer = new() { ["fault"] = fault.ToString() };
        }
        answer["type"] = Message.Answer;
        answer["question"] = Message.Number(question, "question");
        return answer;
    }

    static JsonObject Of(string about, string code, int position) => new() { [About] = about, ["code"] = code, ["position"] = position };

    static JsonObject Of(CompletionList found) => new()
    {
        ["items"] = new JsonArray([.. found.Items.Select(item => new JsonObject { ["text"] = item.Text, ["kind"] = item.Kind })]),
        ["start"] = found.Start,
        ["end"] = found.End,
    };

    static JsonObject Of(Inspection? found) => found is null ? [] : new() { ["plain"] = found.Plain, ["markdown"] = found.Markdown };

    static JsonObject Of(CompletenessCheck check) => new() { ["status"] = check.Status.ToString(), ["indent"] = check.Indent };
}
