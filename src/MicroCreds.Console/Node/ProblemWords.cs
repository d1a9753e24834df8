using System.Text.Json;
using MicroCreds.Console.Language;

namespace MicroCreds.Console.Node;

/// <summary>Says a problem in plain words.</summary>
internal static class ProblemWords
{
    /// <summary>What happened and what to do, in the reader's language. Places such as <c>{state}</c> are filled from the problem's metadata.</summary>
    public static string Explain(Words words, NodeProblem problem)
    {
        var text = words.Find($"problem.{problem.Reason}")
            ?? words.Find($"status.{JsonNamingPolicy.SnakeCaseLower.ConvertName(problem.Code.ToString())}")
            ?? words["status.other"];
        foreach (var (name, value) in problem.Metadata)
            text = text.Replace($"{{{name}}}", name == "state" ? words.Known("state", value) : ForeignText.Visible(value), StringComparison.Ordinal);
        return text;
    }
}
