namespace MicroCreds.Domain.Achievements;

/// <summary>Notional workload as stated (ELM <c>volumeOfLearning</c>, xsd:duration; M7 of Annex I).</summary>
/// <param name="Iso">The duration as written, for example <c>PT75H</c>.</param>
/// <param name="Minutes">The same in minutes; null when the duration uses years or months, whose hours are not defined (<c>P60M</c> is 60 months).</param>
public sealed record LearningVolume(string Iso, int? Minutes)
{
    /// <summary>Whole and half hours for a person: <c>75 h</c>, or the duration as written when it has no hours.</summary>
    public override string ToString() => Minutes is { } minutes ? $"{minutes / 60}{(minutes % 60 == 0 ? "" : $":{minutes % 60:00}")} h" : Iso;
}
