"""How hospitals call the columns and write the words that a mapping translates.

Only `hangtime map init` reads this, for a first guess that a person corrects.
"""

# How the columns of Epic, Cerner, Meditech and home-made exports are often called, best first;
# compared in lower case, letters and digits only.
NAMES: dict[str, str] = {
    "encounter_id": (
        "encounterid patenccsnid csn csnid encntrid encounternumber encounter visitid visitnumber "
        "visit visitno hadmid fin finnbr accountnumber accountid accountno acct acctno acctnbr account har hospaccount "
        "registrationid stayid patientaccount"
    ),
    "patient_id": (
        "patientid mrn patmrnid personid patid subjectid medicalrecordnumber mrnumber unitnumber"
    ),
    "administration_id": (
        "administrationid maradminid adminid eventid emarid marid adminlineid ceeventid rowid"
    ),
    "drug": (
        "drug drugname medication medicationname medname med dispname displayname ordername "
        "orderablename ordermnemonic hnaordermnemonic catalogcddisplay genericname productname "
        "product drugdescription meddescription medicationdescription description itemname item"
    ),
    "route": (
        "route routename adminroute routeofadministration medroute marroute rxroute routecode "
        "routecd rtecd rte routecddisplay administrationroute method"
    ),
    "start": (
        "start givendttm givendatetime starttime startdatetime startdttm infusionstart infusionstarttime adminstart "
        "adminstarttime begin begintime begindttm begdttm hungat timehung takentime administeredat "
        "administereddatetime admintime admindatetime givenat timegiven charttime "
        "performeddttm eventtime actiontime marinstant"
    ),
    "stop": (
        "stop endeddttm endeddatetime stoptime stopdatetime stopdttm end endtime enddatetime enddttm infusionstop "
        "infusionend infusionstoptime infusionendtime adminstop adminstoptime adminend "
        "adminendtime finish finishtime takendown"
    ),
    "minutes": "minutes durationminutes duration infusionminutes adminminutes durationmin",
    "dose": "dose doseamount dosegiven admindose administereddose dosevalue amountgiven amount",
    "dose_unit": "doseunit doseunits dosinguom doseuom doseunitofmeasure unit units uom amountuom",
    "volume_infused_ml": (
        "volumeinfused infusedvolume volumeinfusedml infusedvolumeml volumegiven volumegivenml "
        "volinfused totalvolumeinfused"
    ),
    "volume_ml": "volume volumeml bagvolume bagvolumeml totalvolume volumehung",
    "rate_ml_per_h": "rate ratemlhr ratemlh ratemlperh infusionrate infusionratemlhr pumprate",
    "order_id": (
        "orderid ordermedid ordernumber ordernum orderno rxnumber rx prescriptionnumber linkorderid poeid "
        "medorderid pharmacyid"
    ),
    "ordered_at": "orderedat ordertime orderdatetime orderdttm origorderdttm orderinginstant",
    "ndc": "ndc ndccode ndcnumber rawndc ndc11",
    "hcpcs": "hcpcs hcpcscode jcode cpthcpcs",
    "rxnorm": "rxnorm rxcui rxnormcode",
    "access": "access accessid line lineid linename ivsite site lda ldaid ldaname",
    "access.kind": "accesskind linetype accesstype ldatype sitetype",
    "pump_channel": "pumpchannel channel channelid",
    "indication": "indication reason indicationforuse orderindication",
    "recorded_at": "recordedat savedtime storetime filetime filedat entrytime recordedtime",
    "performer": "performer administeredby givenby nurse userid performedby caregiverid",
    "payer": "payer payor payername payorname financialclass primarypayer",
    "setting": "setting billingsetting",
    "place_of_service": "placeofservice pos poscode",
    "diagnoses": "diagnoses diagnosis icd10 icd10codes dxcodes dx",
    "date_of_service": "dateofservice servicedate dos",
    "time_zone": "timezone tz",
}  # fmt: skip
ACTIONS = (
    "maraction action maractionname event eventtxt adminaction administrationstatus resultcd status"
)

TIME_FORMATS = (
    "iso", "%m/%d/%Y %H:%M", "%m/%d/%Y %H:%M:%S", "%m/%d/%Y %I:%M %p", "%m/%d/%Y %I:%M:%S %p",
    "%m/%d/%y %H:%M", "%d/%m/%Y %H:%M", "%d/%m/%Y %H:%M:%S", "%d.%m.%Y %H:%M", "%d-%b-%Y %H:%M",
    "%d-%b-%Y %H:%M:%S", "%d-%b-%y %H:%M", "%Y%m%d%H%M", "%Y%m%d%H%M%S", "%Y/%m/%d %H:%M",
    "%b %d %Y %H:%M",
)  # fmt: skip

# The first pattern found in a hospital's word decides.
ROUTES = (
    (r"sub-?cut|subq|\bsq\b|\bsc\b", "sc"),
    (r"push|bolus|\bivp\b|inject.*\b(iv|intravenous)\b", "iv_push"),
    (r"\bim\b|intramusc", "im"),
    (r"intrathec|\bit\b|epidural", "intrathecal"),
    (r"arter", "ia_infusion"),
    (r"\biv\b|intraven|ivpb|drip|infus|piggyback|pump", "iv_infusion"),
    (r"\bpo\b|oral|mouth|\bng\b|\bsl\b|tube|gastr", "oral"),
    (r"topic|transd|\btd\b|inhal|\bneb|rectal|\bpr\b|nasal|ophth|\beye|\bear|otic|vagin", "other"),
)
EVENTS = (
    (r"not |held|hold|missed|refus|cancel|due|pending|omit", ""),
    (r"restart|resum", "resume"),
    (r"new bag|start|hung|begin|begun|infusing", "start"),
    (r"pause|suspend|interrupt", "pause"),
    (r"stop|end|complete|finish|discontinu", "stop"),
    (r"rate", "rate"),
    (r"verif|confirm|check|assess|handoff", "observe"),
    (r"given|admin|push|bolus|applied|flush|inject", "give"),
)
