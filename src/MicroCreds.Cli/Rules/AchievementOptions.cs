using System.CommandLine;
using MicroCreds.Cli.Cases;
using MicroCreds.Cli.Connection;
using MicroCreds.Federation.V1;

namespace MicroCreds.Cli.Rules;

/// <summary>The options that describe an achievement without a person.</summary>
internal sealed class AchievementOptions
{
    private readonly Option<string> _body = new("--from") { Description = "Awarding body of the achievement.", HelpName = "ORGANISATION" };
    private readonly Option<string> _code = new("--code") { Description = "Code of the achievement." };
    private readonly Option<string> _title = new("--title") { Description = "Title of the achievement." };
    private readonly Option<string> _credits = new("--credits") { Description = "Its ECTS credits, with a decimal point.", HelpName = "CREDITS" };
    private readonly Option<int> _level = new("--level") { Description = "Its EQF level, 1 to 8.", HelpName = "LEVEL" };
    private readonly Option<string[]> _fields = new("--field") { Description = "Its ISCED-F code; may be repeated.", HelpName = "CODE" };
    private readonly Option<string> _awarded = new("--awarded") { Description = "Day of award. Default: the as-of day.", HelpName = "YYYY-MM-DD" };

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        foreach (var option in new Option[] { _body, _code, _title, _credits, _level, _fields, _awarded }) command.Add(option);
    }

    /// <summary>Whether an achievement is described: its awarding body is named.</summary>
    public bool Given(NodeCall call) => call.Text(_body).Length > 0;

    /// <summary>The achievement as described.</summary>
    public AchievementDescription Read(NodeCall call)
    {
        var achievement = new AchievementDescription
        {
            AwardingBody = call.Text(_body), Code = call.Text(_code), Title = call.Text(_title), EqfLevel = call.Parsed.GetValue(_level),
            AwardedDate = CaseTexts.Day(call.Text(_awarded), "--awarded"), IscedFields = { call.Parsed.GetValue(_fields) ?? [] },
        };
        if (call.Text(_credits) is { Length: > 0 } text) achievement.EctsCreditsHundredths = CaseTexts.Credits(text, "--credits");
        return achievement;
    }
}
