using System.Collections.Immutable;

namespace MicroCreds.Domain.Rules;

/// <summary>The part of a joint assessment that a learning agreement settles. It stands before every published rule (field reference E.4).</summary>
internal sealed partial class JointAssessment
{
    private AgreementMatch? _agreement;

    /// <summary>Writes the lines of the agreement under which the credentials were earned. Returns the credentials it speaks about.</summary>
    private int Agreed(ImmutableArray<AgreementMatch> agreements)
    {
        if (agreements.Length > 1)
        {
            _referral.Add(ReferralReason.RuleConflict);
            Say($"The credentials were earned under several learning agreements: {string.Join(", ", agreements.Select(a => a.Agreement.Name))}. A person decides which counts.");
        }

        if (agreements is not [var match]) return 0;
        _agreement = match;
        _explanation.AddRange(AgreementAssessment.Introduction(match));
        var used = 0;
        foreach (var asked in match.Asked)
        {
            var (line, from) = asked.Credential is { } i
                ? AgreementAssessment.Of(_each[i] with { ValidatedBefore = _validated }, match, asked, _digest) : AgreementAssessment.Missing(_input, match, asked, _digest);
            if (asked.Credential is { } shown) used |= 1 << shown;
            if (from.Track == RecognitionTrack.Validation) _validated += line.Granted;
            _explanation.AddRange(from.Explanation.Except(_explanation));
            _referral.UnionWith(from.Referral);
            _lines.Add((line, from));
        }

        foreach (var attempt in match.Attempts)
        {
            used |= 1 << attempt;
            Say($"{_each[attempt].Achievement.Title} is a further attempt at a component, which was not passed; the pass counts.");
        }

        if (_lines.All(l => l.Line.Unit is null)) _referral.Add(ReferralReason.LessThanAsked);
        return used;
    }
}
