namespace MedAnomaly.Notebooks.Documents;

/// <summary>The tags that mean something to a run; all but <see cref="Resumable"/> are papermill's or nbclient's.</summary>
public static class CellTags
{
    /// <summary>The cell declares the notebook's parameters.</summary>
    public const string Parameters = "parameters";

    /// <summary>The cell sets them for one run.</summary>
    public const string InjectedParameters = "injected-parameters";

    /// <summary>The cell is passed over.</summary>
    public const string SkipExecution = "skip-execution";

    /// <summary>The cell may fail.</summary>
    public const string RaisesException = "raises-exception";

    /// <summary>Readers need not see the cell's code.</summary>
    public const string HideInput = "hide-input";

    /// <summary>
    /// The cell leaves files behind, and nothing in memory that a later cell needs: a run that is resumed passes over it once it has finished.
    /// </summary>
    public const string Resumable = "resumable";

    /// <summary>The cell says that a run ended early.</summary>
    public const string ErrorBanner = "papermill-error-cell-tag";
}
