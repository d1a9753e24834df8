namespace MicroCreds.Domain.Rules;

/// <summary>The mandatory elements of Annex I of the Council Recommendation of 16 June 2022 (2022/C 243/02), by number.</summary>
internal static class AnnexOneElements
{
    internal static string Name(string number) => number switch
    {
        "M1" => "identification of the learner",
        "M2" => "title of the micro-credential",
        "M3" => "country or region of the issuer",
        "M4" => "awarding body",
        "M5" => "date of issuing",
        "M6" => "learning outcomes",
        "M7" => "notional workload",
        "M8" => "level",
        "M9" => "type of assessment",
        "M10" => "form of participation",
        "M11" => "type of quality assurance",
        _ => "see Annex I",
    };
}
